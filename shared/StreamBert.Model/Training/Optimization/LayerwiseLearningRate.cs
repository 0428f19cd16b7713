using System.Globalization;

namespace StreamBert.Model.Training.Optimization;

/// <summary>
/// Layer-wise learning-rate decay (Howard and Ruder 2018; Clark et al. 2020): heads and pooler learn at the full rate, and each layer at
/// <paramref name="decay"/> times the rate of the layer above it; the embeddings are below the first layer.
/// </summary>
/// <param name="layers">The number of layers of the encoder.</param>
/// <param name="decay">The factor per layer, 1 for the same rate everywhere.</param>
internal sealed class LayerwiseLearningRate(int layers, double decay)
{
    private const string LayerPrefix = "bert.encoder.layer.", EmbeddingPrefix = "bert.embeddings.";

    /// <summary>Returns the learning rate of a parameter relative to that of the heads.</summary>
    /// <param name="name">The name of the parameter.</param>
    public double GetFactor(string name) => Math.Pow(decay, GetDepth(name));

    /// <summary>Returns the number of layers between the heads and the parameter, from 1 for the last layer; 0 for a head.</summary>
    private int GetDepth(string name)
    {
        if (name.StartsWith(EmbeddingPrefix, StringComparison.Ordinal)) return layers + 1;
        if (!name.StartsWith(LayerPrefix, StringComparison.Ordinal)) return 0;
        var number = name.AsSpan(LayerPrefix.Length);
        return layers - int.Parse(number[..number.IndexOf('.')], CultureInfo.InvariantCulture);
    }
}
