using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamBert.Training.Annotators;

namespace StreamBert.Training.Gates;

/// <summary>
/// The conditions for the promotion of a candidate. Bound from <c>Training:Gates</c>. Every bound is a one-sided 95 % bound.
/// </summary>
public sealed class GateOptions
{
    /// <summary>
    /// The number of texts with new feedback that a head needs in the evaluation part before candidate and champion are compared on it.
    /// Default: 20.
    /// </summary>
    [Range(2, 1_000_000)]
    public int MinimumHeldOut { get; set; } = 20;

    /// <summary>
    /// The regression of accuracy or macro-F1 on new feedback that a head may show, and of the accuracy for a fairness group. Default:
    /// 0.01. A candidate fails only if a regression is shown, and is greater than this.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MaximumRegression { get; set; } = 0.01;

    /// <summary>
    /// The margin of the accuracy on the anchor, on every head that has one. Default: 0.02, which is two percentage points: the candidate
    /// must show that it is not worse by more than the serving version, nor than the oldest version with the same anchor.
    /// </summary>
    [Range(0.0, 1.0)]
    public double AnchorMargin { get; set; } = 0.02;

    /// <summary>
    /// The share of the champion's confident predictions on recent texts that the candidate must reproduce, on a head without an anchor.
    /// Default: 0.97. A candidate fails only if its share is shown to be lower, and no feedback shows that these predictions are wrong.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MinimumAgreement { get; set; } = 0.97;

    /// <summary>
    /// The increase of the expected calibration error that a head with feedback may show, on new feedback and the anchor together, each
    /// with half of the weight. Default: 0.02. A candidate fails only if an increase is shown, and is greater than this.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MaximumCalibrationIncrease { get; set; } = 0.02;

    /// <summary>
    /// The leak risk θ: the advantage of an attack that tells texts with feedback that the candidate was trained on from others, by how far
    /// its loss is below the champion's. Default: 0.25. A candidate fails only if a greater one is shown.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MaximumLeakRisk { get; set; } = 0.25;

    /// <summary>
    /// The increase of F(M) = α·δ + β·ε + γ·θ that a head may show, where δ is the fairness gap, ε the opacity and θ the leak risk.
    /// Default: 0.25.
    /// </summary>
    [Range(0.0, 1_000_000.0)]
    public double MaximumResponsibilityIncrease { get; set; } = 0.25;

    /// <summary>The weight α of the fairness gap in F(M). Default: 1.</summary>
    [Range(0.0, 1_000_000.0)]
    public double FairnessWeight { get; set; } = 1;

    /// <summary>The weight β of the opacity in F(M). Default: 1.</summary>
    [Range(0.0, 1_000_000.0)]
    public double OpacityWeight { get; set; } = 1;

    /// <summary>The weight γ of the leak risk in F(M). Default: 1.</summary>
    [Range(0.0, 1_000_000.0)]
    public double LeakWeight { get; set; } = 1;

    /// <summary>The time for the same texts that the candidate may take, relative to the champion. Default: 2.</summary>
    [Range(1.0, 1000.0)]
    public double MaximumSlowdown { get; set; } = 2;

    /// <summary>When an annotator counts as unreliable.</summary>
    [ValidateObjectMembers]
    public AnnotatorGateOptions Annotators { get; set; } = new();
}
