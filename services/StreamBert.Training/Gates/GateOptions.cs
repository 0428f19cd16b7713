using System.ComponentModel.DataAnnotations;

namespace StreamBert.Training.Gates;

/// <summary>What a candidate must show before it may serve. Bound from <c>Training:Gates</c>.</summary>
public sealed class GateOptions
{
    /// <summary>Held-out verdicts a head needs before candidate and champion are compared on it.</summary>
    [Range(2, 1_000_000)]
    public int MinimumHeldOut { get; set; } = 20;

    /// <summary>By how much macro-F1 or accuracy must rise on at least one corrected head (0.01 is one point).</summary>
    [Range(0.0, 1.0)]
    public double MinimumGain { get; set; } = 0.01;

    /// <summary>By how much neither macro-F1 nor accuracy may fall on any corrected head.</summary>
    [Range(0.0, 1.0)]
    public double MaximumLoss { get; set; } = 0.01;

    /// <summary>
    /// Share of the champion's confident answers on held-out replay texts that the candidate must still give, for every head; it fails
    /// where the share is surely below.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MinimumAgreement { get; set; } = 0.97;

    /// <summary>
    /// By how much the expected calibration error may rise on a corrected head, once it is above <see cref="CalibrationNoise"/>.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MaximumCalibrationLoss { get; set; } = 0.05;

    /// <summary>
    /// An expected calibration error up to this always passes: on a hundred texts in 15 bins a perfectly calibrated model shows about 0.1.
    /// </summary>
    [Range(0.0, 1.0)]
    public double CalibrationNoise { get; set; } = 0.15;
}
