using StreamBert.Model.Network;
using StreamBert.Model.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Explaining;

/// <summary>One output of a network as a number a text.</summary>
/// <param name="words">What stands for the words, [tokens, hidden].</param>
/// <returns>[texts]</returns>
internal delegate Tensor NetworkOutput(Tensor words, PackedBatch batch);

/// <summary>The gradients along a path, summed up.</summary>
/// <param name="Attributions">One a token, in units of the output.</param>
/// <param name="BaselineScore">The output where the path starts.</param>
/// <param name="Score">The output where it ends: for the text itself.</param>
internal sealed record PathIntegral(double[] Attributions, double BaselineScore, double Score)
{
    /// <summary>What the attributions should sum up to, by the fundamental theorem of calculus.</summary>
    public double Difference => Score - BaselineScore;
    public double AbsoluteGap => Math.Abs(Attributions.Sum() - Difference);

    /// <summary>The gap as a share of <see cref="Difference"/>; 1 where there is no difference to be a share of.</summary>
    public double RelativeGap => AbsoluteGap == 0 ? 0 : Difference == 0 ? 1 : AbsoluteGap / Math.Abs(Difference);
}

/// <summary>
/// Integrated gradients (Sundararajan, Taly and Yan 2017) over the word embeddings: positions and token types are those of the text all
/// along the straight
/// path from the baseline. The points of the path are texts of equal length in one packed batch, or a few where the text is long.
/// </summary>
internal sealed class IntegratedGradients(BertEncoder encoder, Device device)
{
    /// <summary>
    /// Bounds the activations that are kept for the way back: about 1 GB of a 12×768 encoder, its weights unpacked for gradients included.
    /// </summary>
    private const int TokensAtOnce = 1024;

    /// <param name="baseline">As many ids as the text has; where both are the same, nothing is attributed.</param>
    /// <param name="points">Gradients taken on the path.</param>
    public PathIntegral Of(EncodedText text, int[] baseline, NetworkOutput output, int points, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var from = encoder.Words(tensor(baseline, ScalarType.Int64, device));
        var change = encoder.Words(tensor(text.Ids, ScalarType.Int64, device)) - from;
        // The two ends weigh nothing: they are there for their scores.
        (double Point, double Weight)[] path = [(0, 0), (1, 0), .. GaussLegendre.Rule(points)];
        var scores = new List<float>(path.Length);
        var attributions = new double[text.Length];
        foreach (var part in path.Chunk(Math.Max(1, TokensAtOnce / text.Length)))
        {
            cancellation.ThrowIfCancellationRequested();
            var (values, slopes) = At([.. part.Select(static step => (float)step.Point)], from, change, text, output);
            scores.AddRange(values);
            for (var i = 0; i < slopes.Length; i++) attributions[i % text.Length] += part[i / text.Length].Weight * slopes[i];
        }

        return new PathIntegral(attributions, scores[0], scores[1]);
    }

    /// <summary>The output, and how fast each token's change changes it, at some points of the path: [points], [points × tokens].</summary>
    private (float[] Values, float[] Slopes) At(float[] points, Tensor from, Tensor change, EncodedText text, NetworkOutput output)
    {
        using var scope = NewDisposeScope();
        using var withGradient = enable_grad();
        using var batch = PackedBatch.Create([.. points.Select(_ => text.Ids)], device, [.. points.Select(_ => text.SecondTextStart)]);
        var words = from.add(tensor(points, device: device).view(-1, 1, 1) * change, Constants.One).view(-1, change.shape[1]);
        words.requires_grad = true;
        var values = output(words, batch);
        var gradient = autograd.grad([values.sum()], [words])[0];
        var slopes = (gradient.view(points.Length, -1, change.shape[1]) * change).sum(2);
        return (Floats(values.detach()), Floats(slopes));
    }

    private static float[] Floats(Tensor x) => x.cpu().contiguous().data<float>().ToArray();
}
