using StreamBert.Contracts;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Explaining;

/// <summary>
/// Explains one label of one head by <see cref="IntegratedGradients"/> of its logit. The baseline is the text with every word replaced by the mask
/// token, which the encoder has learnt to read as "a word that is not known"; positions and special tokens stay.
/// </summary>
internal sealed class Explainer(TextNetwork network, Device device)
{
    public const int DefaultSteps = 50, MaxSteps = 400;

    /// <summary>From this gap on, more steps are tried.</summary>
    private const double LargestGap = 0.05;

    /// <param name="mask">The id that hides a word.</param>
    /// <exception cref="ExplanationException">The head or the label cannot be explained.</exception>
    public Explanation Explain(string text, EncodedText encoded, int mask, HeadManifest head, string label, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, MaxSteps);
        TorchThreads.Use(1);
        var row = RowOf(head, label);
        Tensor Logit(Tensor words, PackedBatch batch) => network.HeadLogits(network.Encoder.Forward(batch, words), batch, head, dropout: 0).select(1, row);
        var baseline = encoded.Ids.Zip(encoded.Offsets, (id, place) => place.Start == place.End ? id : mask).ToArray();
        var integral = Integrate(encoded, baseline, Logit, ref steps);
        return new Explanation
        {
            Head = head.Name,
            Label = label,
            Score = integral.Score,
            BaselineScore = integral.BaselineScore,
            Words = WordGroups.Of(text, encoded.Offsets, integral.Attributions),
            CompletenessGap = new(integral.AbsoluteGap, integral.RelativeGap),
            Steps = steps,
        };
    }

    private PathIntegral Integrate(EncodedText text, int[] baseline, NetworkOutput output, ref int steps)
    {
        var gradients = new IntegratedGradients(network.Encoder, device);
        for (; ; steps = Math.Min(2 * steps, MaxSteps))
        {
            var integral = gradients.Of(text, baseline, output, steps);
            if (integral.RelativeGap < LargestGap || steps == MaxSteps) return integral;
        }
    }

    private static int RowOf(HeadManifest head, string label)
    {
        for (var row = 0; row < head.Labels.Count; row++)
            if (head.Labels[row] == label) return row;
        throw new ExplanationException($"The head '{head.Name}' has no label '{label}'; it has {string.Join(", ", head.Labels)}.");
    }
}
