using System.ComponentModel.DataAnnotations;

namespace StreamBert.Training.Gates;

/// <summary>The conditions for the promotion of a candidate. Bound from <c>Training:Gates</c>.</summary>
public sealed class GateOptions
{
    /// <summary>
    /// The number of held-out feedback texts that a head needs before candidate and champion are compared on it. Default: 20.
    /// </summary>
    [Range(2, 1_000_000)]
    public int MinimumHeldOut { get; set; } = 20;

    /// <summary>
    /// The gain in macro-F1 or accuracy that at least one head with feedback must show. Default: 0.01, which is one percentage point.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MinimumGain { get; set; } = 0.01;

    /// <summary>The regression of macro-F1 or accuracy that a head with feedback may show. Default: 0.01.</summary>
    [Range(0.0, 1.0)]
    public double MaximumRegression { get; set; } = 0.01;

    /// <summary>
    /// The share of the champion's confident predictions on held-out replay texts that the candidate must reproduce, on every head.
    /// Default: 0.97. The gate fails only if the share is below with 95 % confidence.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MinimumAgreement { get; set; } = 0.97;

    /// <summary>
    /// The increase of the expected calibration error that a head with feedback may show above <see cref="CalibrationTolerance"/>.
    /// Default: 0.05.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MaximumCalibrationIncrease { get; set; } = 0.05;

    /// <summary>
    /// The expected calibration error that always passes. Default: 0.15, since a perfectly calibrated model shows about 0.1 on a hundred
    /// texts in 15 bins.
    /// </summary>
    [Range(0.0, 1.0)]
    public double CalibrationTolerance { get; set; } = 0.15;
}
