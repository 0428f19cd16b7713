namespace StreamBert.Contracts;

/// <summary>Holds one measure of a fairness rule: the two groups that differ most.</summary>
/// <param name="Name">The name of the measure.</param>
/// <param name="Value">The value: a difference from 0 to 1, or the ratio of the lowest to the highest rate.</param>
/// <param name="Interval">The interval of the value; null without enough data to compute one.</param>
/// <param name="Highest">The group with the highest rate; null with fewer than two groups.</param>
/// <param name="Lowest">The group with the lowest rate; null with fewer than two groups.</param>
/// <param name="Count">The effective number of texts of the smaller of the two groups; texts of one conversation count once.</param>
/// <param name="Needed">The number that each group needs for a conclusion.</param>
/// <param name="Sufficient">Whether both groups have as many.</param>
public sealed record FairnessMeasure(
    string Name, double? Value, Interval? Interval, string? Highest, string? Lowest, long Count, long Needed, bool Sufficient)
{
    /// <summary>The highest rate minus the lowest (Fairlearn's <c>demographic_parity_difference</c>).</summary>
    public const string DemographicParityDifference = "demographic-parity-difference";

    /// <summary>The lowest rate divided by the highest; below 0.8 fails the four-fifths rule.</summary>
    public const string DemographicParityRatio = "demographic-parity-ratio";

    /// <summary>The larger of the gaps of the true-positive and the false-positive rate.</summary>
    public const string EqualizedOdds = "equalized-odds";

    /// <summary>The gap of the true-positive rate.</summary>
    public const string EqualOpportunity = "equal-opportunity";

    /// <summary>The gap of the accuracy.</summary>
    public const string AccuracyGap = "accuracy-gap";

    /// <summary>The gap of mean confidence minus accuracy.</summary>
    public const string CalibrationGap = "calibration-gap";
}
