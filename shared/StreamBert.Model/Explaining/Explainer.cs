using StreamBert.Contracts;
using StreamBert.Model.Heads;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Tokenization;
using static TorchSharp.torch;

namespace StreamBert.Model.Explaining;

/// <summary>
/// Explains a label of a head by <see cref="IntegratedGradients"/> of its logit. The baseline is the text with every word replaced by the
/// mask token (or the unknown token, if there is none), which the encoder has learned to read as a hidden word; positions, special tokens
/// and the hypothesis of a zero-shot label are kept.
/// </summary>
internal sealed class Explainer
{
    public const int DefaultSteps = 50, MaxSteps = 400;

    /// <summary>From this relative completeness gap on, twice as many steps are used.</summary>
    private const double MaxRelativeGap = 0.05;

    private readonly MultiTaskNetwork _network;
    private readonly HeadManifest _head;
    private readonly ZeroShotHead? _zeroShot;
    private readonly int _mask;
    private readonly Device _device;

    /// <param name="zeroShot">The zero-shot head of that name; null if the head is not one.</param>
    /// <exception cref="ExplanationException">The head or the model does not support explanations.</exception>
    public Explainer(MultiTaskNetwork network, HeadManifest head, ZeroShotHead? zeroShot, SpecialTokens specialTokens, Device device)
    {
        (_network, _head, _zeroShot, _device) = (network, head, zeroShot, device);
        if (head.Task == HeadTask.TokenClassification)
        {
            throw new ExplanationException(
                $"The head '{head.Name}' labels every token, not the text; only heads that label the whole text can be explained.");
        }

        _mask = specialTokens.Mask ?? specialTokens.Unknown ?? throw new ExplanationException(
            "An explanation masks words, and the model's vocabulary has neither a mask token nor an unknown token.");
    }

    /// <summary>Explains a label.</summary>
    /// <param name="steps">The minimum number of gradients, 1 to <see cref="MaxSteps"/>.</param>
    /// <exception cref="ExplanationException">The head has no such label, or the scores are not finite.</exception>
    public Explanation Explain(string text, EncodedText encoded, string label, int steps, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, MaxSteps);
        var index = _head.Labels.ToList().IndexOf(label);
        if (index < 0)
        {
            throw new ExplanationException($"The head '{_head.Name}' has no label '{label}'; it has {string.Join(", ", _head.Labels)}.");
        }
        TorchThreads.Use(1);
        var input = _zeroShot?.CreatePair(encoded, index) ?? encoded;
        var integral = Integrate(input, (wordEmbeddings, batch) => ComputeLogit(wordEmbeddings, batch, index), ref steps, cancellation);
        if (!double.IsFinite(integral.Score) || !double.IsFinite(integral.BaselineScore) || !integral.Attributions.All(double.IsFinite))
            throw new ExplanationException("The model returns non-finite numbers for this text.");
        return new Explanation
        {
            Head = _head.Name,
            Label = label,
            Score = integral.Score,
            BaselineScore = integral.BaselineScore,
            Words = WordAggregator.Aggregate(text, input.Offsets, integral.Attributions),
            CompletenessGap = new(integral.AbsoluteGap, integral.RelativeGap),
            Steps = steps,
        };
    }

    /// <summary>Returns the ids with every word masked; special tokens, which have no position in the text, are kept.</summary>
    private int[] CreateBaseline(EncodedText input) => [.. input.Ids.Zip(input.Offsets, (id, span) => span.Start == span.End ? id : _mask)];

    private Tensor ComputeLogit(Tensor wordEmbeddings, PackedBatch batch, int label)
    {
        var hidden = _network.Encoder.Forward(batch, wordEmbeddings);
        return _zeroShot?.ComputeLogits(_network, hidden, batch)
            ?? _network.ComputeLogits(hidden, batch, _head, dropout: 0).select(1, label);
    }

    private PathIntegral Integrate(EncodedText input, ScoreFunction score, ref int steps, CancellationToken cancellation)
    {
        var gradients = new IntegratedGradients(_network.Encoder, _device);
        var baseline = CreateBaseline(input);
        var isUnchanged = baseline.SequenceEqual(input.Ids); // then nothing is attributed, whatever the number of steps
        for (; ; steps = Math.Min(2 * steps, MaxSteps))
        {
            var integral = gradients.Compute(input, baseline, score, steps, cancellation);
            if (isUnchanged || integral.RelativeGap < MaxRelativeGap || steps == MaxSteps) return integral;
        }
    }
}
