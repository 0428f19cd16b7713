using StreamBert.Contracts;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Describes a comparison with a reference.</summary>
internal static class DriftText
{
    private const int MaxMoved = 3;
    private const string AreaUnderCurve = "auc";

    /// <summary>The area under the ROC curve of a classifier that cannot tell two samples apart.</summary>
    private const double Chance = 0.5;

    /// <summary>Names what is compared.</summary>
    public static string Quantity(DriftReported report) => report.Kind switch
    {
        AlertKinds.LabelDrift => L["Label mix"],
        AlertKinds.ConfidenceDrift => L["Confidence"],
        AlertKinds.LengthDrift => L["Text length"],
        AlertKinds.TokenDrift => L["Unknown tokens"],
        AlertKinds.EmbeddingDrift => L["Embeddings"],
        AlertKinds.VersionChange => report.Comparison is { Observed.Count: 0 } ? L["Confidence"] : L["Label mix"],
        _ => DisplayText.Label(report.Kind),
    };

    /// <summary>Names the head; empty for quantities that belong to no head.</summary>
    public static string Head(DriftReported report) => report.Series.Head == SeriesKey.AllHeads ? "" : report.Series.Head;

    /// <summary>Names what is compared, with its head.</summary>
    public static string Name(DriftReported report) =>
        Head(report) is { Length: > 0 } head ? L["{0} of {1}", Quantity(report), head] : Quantity(report);

    /// <summary>
    /// Formats a number of what is counted: stories for label mixes and embeddings, tokens for unknown tokens, else texts.
    /// </summary>
    public static string Sample(DriftReported report, long count) => report.Kind switch
    {
        AlertKinds.TokenDrift => DisplayText.Count(count, "token"),
        AlertKinds.EmbeddingDrift or AlertKinds.LabelDrift => DisplayText.Count(count, "story"),
        AlertKinds.VersionChange when report.Comparison is { Observed.Count: > 0 } => DisplayText.Count(count, "story"),
        _ => DisplayText.Count(count, "text"),
    };

    /// <summary>Names the reference.</summary>
    public static string Reference(DriftReported report) => report.Against switch
    {
        "last-good-week" => L["last good week"],
        "model-profile" => L["training data of the model"],
        "previous-version" => report.Comparison?.PreviousVersion is { } version ? L["version {0}", version] : L["previous version"],
        var other => DisplayText.Label(other),
    };

    /// <summary>Names the state.</summary>
    public static string State(DriftReported report) => report.State switch
    {
        DriftReported.Drifting => L["Drift"],
        DriftReported.Inconclusive => L["Inconclusive"],
        DriftReported.Normal => L["Normal"],
        _ => L["Insufficient data"],
    };

    /// <summary>Names the measure of distance.</summary>
    public static string Measure(string measure) => measure switch
    {
        "jensen-shannon" => "Jensen–Shannon",
        "kolmogorov-smirnov" => "Kolmogorov–Smirnov",
        "rise" => L["Rise of the share"],
        AreaUnderCurve => L["Area under the ROC curve"],
        _ => measure,
    };

    /// <summary>Describes what has changed: the labels whose shares changed most, or the means; empty if neither is known.</summary>
    public static string Change(DriftReported report) => report switch
    {
        { Comparison.Observed.Count: > 0 } => string.Join(", ", Moved(report.Comparison).Take(MaxMoved).Select(static label =>
            $"{DisplayText.Label(label.Label)} {DisplayText.PercentagePoints(label.Observed - label.Reference)}")),
        { ReferenceMean: { } before, ObservedMean: { } after, Kind: AlertKinds.LengthDrift } =>
            L["{0} → {1} tokens", DisplayText.Number(before), DisplayText.Number(after)],
        { ReferenceMean: { } before, ObservedMean: { } after } => $"{DisplayText.Percent(before)} → {DisplayText.Percent(after)}",
        _ => "",
    };

    /// <summary>Lists the shares of the labels, the largest change first.</summary>
    public static IReadOnlyList<LabelShareChange> Moved(DriftDetected comparison) =>
    [
        .. comparison.Reference.Keys.Union(comparison.Observed.Keys)
            .Select(label => new LabelShareChange(
                label, comparison.Reference.GetValueOrDefault(label), comparison.Observed.GetValueOrDefault(label)))
            .OrderByDescending(static shift => Math.Abs(shift.Observed - shift.Reference)),
    ];

    /// <summary>Returns the distance as a multiple of the threshold.</summary>
    public static double Ratio(DriftDetected comparison)
    {
        var origin = comparison.Measure == AreaUnderCurve ? Chance : 0;
        return comparison.Floor > origin ? Math.Max(0, (comparison.Distance - origin) / (comparison.Floor - origin)) : 0;
    }

    /// <summary>Tells what is missing for a comparison.</summary>
    public static string Missing(DriftReported report) => report.Kind == AlertKinds.EmbeddingDrift
        ? L["Needs {0} stories of one model version in the last hours and {1} in the same hours of earlier days.",
            DriftReported.NeededEmbeddings, DriftReported.NeededReferenceEmbeddings]
        : L["Needs {0} hours of reference before the compared hours and {1} texts in them; {2} are kept.",
            DriftReported.NeededHours, DriftReported.NeededTexts, DisplayText.Duration(report.History)];
}

/// <summary>The share of a label in the reference and in the compared hours.</summary>
internal sealed record LabelShareChange(string Label, double Reference, double Observed);
