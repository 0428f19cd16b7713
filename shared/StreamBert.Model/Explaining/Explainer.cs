using StreamBert.Contracts;
using StreamBert.Model.Heads;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using static TorchSharp.torch;

namespace StreamBert.Model.Explaining;

/// <summary>
/// Explains a label of one head by <see cref="IntegratedGradients"/> of its logit. The baseline is the text with every word replaced by the
/// mask
/// token (the unknown token, if there is none), which the encoder has learnt to read as a word it does not see; positions, special tokens
/// and the sentence of a zero-shot label stay.
/// </summary>
internal sealed class Explainer
{
    private const int MaxSteps = TextClassifier.MaxExplanationSteps;

    /// <summary>From this relative gap on, twice as many steps are tried.</summary>
    private const double LargestGap = 0.05;

    private readonly TextNetwork _network;
    private readonly HeadManifest _head;
    private readonly ZeroShotHead? _zeroShot;
    private readonly int _mask;
    private readonly Device _device;

    /// <param name="zeroShot">The same head, if it is one.</param>
    /// <exception cref="ExplanationException">The head has no explanation.</exception>
    public Explainer(TextNetwork network, HeadManifest head, ZeroShotHead? zeroShot, SpecialTokens special, Device device)
    {
        (this._network, this._head, this._zeroShot, this._device) = (network, head, zeroShot, device);
        if (head.Task == HeadTask.Tokens)
        {
            throw new ExplanationException(
                $"The head '{head.Name}' labels every token and not the text; only heads that label the whole text can be explained.");
        }

        if (network.Weights.AreQuantized)
        {
            throw new ExplanationException(
                "An explanation needs gradients, and int8 weights have none; load the model in float32 or bfloat16.");
        }

        _mask = special.Mask ?? special.Unknown
            ?? throw new ExplanationException(
                "An explanation hides words, and the model's vocabulary has neither a mask token nor an unknown one.");
    }

    /// <exception cref="ExplanationException">The head has no such label.</exception>
    public Explanation Explain(string text, EncodedText encoded, string label, int steps, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, MaxSteps);
        var row = _head.Labels.ToList().IndexOf(label);
        if (row < 0)
        {
            throw new ExplanationException(
            $"The head '{_head.Name}' has no label '{label}'; it has {string.Join(", ", _head.Labels)}.");
        }

        TorchThreads.Use(1);
        var input = _zeroShot?.Pair(encoded, row) ?? encoded;
        var integral = Integrate(input, Hidden(input), (words, batch) => Logit(words, batch, row), ref steps, cancellation);
        if (!double.IsFinite(integral.Score) || !double.IsFinite(integral.BaselineScore) || !integral.Attributions.All(double.IsFinite))
            throw new ExplanationException("The model gives no finite numbers for this text.");
        return new Explanation
        {
            Head = _head.Name,
            Label = label,
            Score = integral.Score,
            BaselineScore = integral.BaselineScore,
            Words = WordGroups.Of(text, input.Offsets, integral.Attributions),
            CompletenessGap = new(integral.AbsoluteGap, integral.RelativeGap),
            Steps = steps,
        };
    }

    /// <summary>The ids with every word hidden; tokens that stand nowhere in the text are no words.</summary>
    private int[] Hidden(EncodedText input) => [.. input.Ids.Zip(input.Offsets, (id, place) => place.Start == place.End ? id : _mask)];

    private Tensor Logit(Tensor words, PackedBatch batch, int row)
    {
        var hidden = _network.Encoder.Forward(batch, words);
        return _zeroShot?.Scores(_network, hidden, batch) ?? _network.HeadLogits(hidden, batch, _head, dropout: 0).select(1, row);
    }

    private PathIntegral Integrate(EncodedText input, int[] baseline, NetworkOutput output, ref int steps, CancellationToken cancellation)
    {
        var gradients = new IntegratedGradients(_network.Encoder, _device);
        var nothingHidden = baseline.SequenceEqual(input.Ids); // then nothing is attributed, and no number of steps changes that
        for (; ; steps = Math.Min(2 * steps, MaxSteps))
        {
            var integral = gradients.Of(input, baseline, output, steps, cancellation);
            if (nothingHidden || integral.RelativeGap < LargestGap || steps == MaxSteps) return integral;
        }
    }
}
