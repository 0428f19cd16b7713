using System.ComponentModel.DataAnnotations;

namespace StreamBert.Training.Annotators;

/// <summary>When an annotator counts as unreliable. Bound from <c>Training:Gates:Annotators</c>.</summary>
public sealed class AnnotatorGateOptions
{
    /// <summary>The number of labels on a head from which an annotator is compared with the others. Default: 20.</summary>
    [Range(5, 1_000_000)]
    public int MinimumLabels { get; set; } = 20;

    /// <summary>
    /// The confidence with which an annotator must be less reliable than the others, over all annotators and tests of a run. Default:
    /// 0.995.
    /// </summary>
    [Range(0.5, 0.9999)]
    public double Confidence { get; set; } = 0.995;

    /// <summary>
    /// The excess of wrong labels over those of the other annotators from which an annotator counts as unreliable, 0 to 1. Default: 0.15:
    /// people differ, and some label the difficult texts.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MinimumExcess { get; set; } = 0.15;
}
