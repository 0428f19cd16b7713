using StreamBert.Model.Network;
using StreamBert.Model.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Explaining;

/// <summary>
/// Integrated gradients (Sundararajan, Taly and Yan 2017) over the word embeddings: positions and token types are those of the text along
/// the whole straight path from the baseline. The points of the path are texts of equal length in one packed batch, or in several if the
/// text is long.
/// </summary>
internal sealed class IntegratedGradients(BertEncoder encoder, Device device)
{
    /// <summary>
    /// Limits the activations kept for the backward pass: about 1 GB for a 12×768 encoder, including its weights unpacked for gradients.
    /// </summary>
    private const int MaxBatchTokens = 1024;

    /// <summary>Integrates the gradients of a score.</summary>
    /// <param name="baseline">As many ids as the text has; a token that is the same in both has no attribution.</param>
    /// <param name="points">The number of gradients along the path.</param>
    public PathIntegral Compute(EncodedText text, int[] baseline, ScoreFunction score, int points, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var start = encoder.EmbedWords(tensor(baseline, ScalarType.Int64, device));
        var change = encoder.EmbedWords(tensor(text.Ids, ScalarType.Int64, device)) - start;
        // The end points have no weight: they are included for their scores.
        (double Point, double Weight)[] path = [(0, 0), (1, 0), .. GaussLegendre.CreateRule(points)];
        var scores = new List<float>(path.Length);
        var attributions = new double[text.Length];
        foreach (var batch in path.Chunk(Math.Max(1, MaxBatchTokens / text.Length)))
        {
            cancellation.ThrowIfCancellationRequested();
            var (values, slopes) = ComputeBatch([.. batch.Select(static step => (float)step.Point)], start, change, text, score);
            scores.AddRange(values);
            for (var i = 0; i < slopes.Length; i++) attributions[i % text.Length] += batch[i / text.Length].Weight * slopes[i];
        }

        return new PathIntegral(attributions, scores[0], scores[1]);
    }

    /// <summary>
    /// Computes the score at points of the path, [points], and its derivative along the change of each token, [points × tokens].
    /// </summary>
    private (float[] Scores, float[] Slopes) ComputeBatch(
        float[] points, Tensor start, Tensor change, EncodedText text, ScoreFunction score)
    {
        using var scope = NewDisposeScope();
        using var withGradient = enable_grad();
        using var batch = PackedBatch.Create([.. points.Select(_ => text.Ids)], device, [.. points.Select(_ => text.SecondTextStart)]);
        var steps = tensor(points, device: device).view(-1, 1, 1) * change;
        var wordEmbeddings = start.add(steps, ScalarConstants.One).view(-1, change.shape[1]);
        wordEmbeddings.requires_grad = true;
        var scores = score(wordEmbeddings, batch);
        var gradient = autograd.grad([scores.sum()], [wordEmbeddings])[0];
        var slopes = (gradient.view(points.Length, -1, change.shape[1]) * change).sum(2);
        return (scores.detach().ToFloats(), slopes.ToFloats());
    }
}
