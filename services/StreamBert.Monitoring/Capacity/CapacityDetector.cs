using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Tables;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Capacity;

/// <summary>
/// Detects when a table has less capacity than there are names, so that some names are not tracked individually: without an alert the
/// absence of alerts about them would be mistaken for normality.
/// </summary>
internal sealed class CapacityDetector(PipelineOptions pipeline) : IDetector
{
    private const string OptionPrefix = "Monitoring:Windows:";

    /// <summary>An overflow is reported at once, and resolved after so many windows without one.</summary>
    private static readonly AlertPolicy Policy = new(RaiseAfter: 1, ClearAfter: 10);

    public string Name => "tables";

    public IReadOnlyList<Assessment> Assess(WindowClosed window, ActiveAlerts alerts) =>
        [.. window.Tracked.Overflows.Select(table => Assess(window.Window, table))];

    public IReadOnlyList<Assessment> Reassess(WindowRevised window) => [];

    public void OnTransition(Transition transition)
    {
        // The tables have no evidence to reset.
    }

    private Assessment Assess(TimeWindow window, TableOverflow overflow)
    {
        var series = new SeriesKey(pipeline.Name, HeadOf(overflow.Table), SeriesKey.All);
        var evidence = new CapacityEvidence { Window = window, Overflow = overflow, Option = OptionPrefix + OptionOf(overflow.Table) };
        var condition = overflow.IsFull ? Condition.Breach : Condition.Normal;
        return new(new(AlertKinds.CardinalityLimit, series, Policy, overflow.Table), window, condition, evidence);
    }

    private string HeadOf(string table) => table switch
    {
        _ when TableNames.HeadOfLabels(table) is { } head => head,
        _ when TableNames.DimensionOf(table) is { } dimension && pipeline.Heads.Contains(dimension) => dimension,
        _ when IsOfEntities(table) && pipeline.FirstDimension(SegmentKind.Entity) is { } head => head,
        _ => pipeline.WatchedLabel.Head,
    };

    private static bool IsOfEntities(string table) => TableNames.DimensionOf(table) == SeriesKey.EntityDimension;

    private static string OptionOf(string table) => table switch
    {
        _ when IsOfEntities(table) => nameof(WindowOptions.MaxEntities),
        _ when TableNames.DimensionOf(table) is not null => nameof(WindowOptions.MaxSegments),
        _ when TableNames.HeadOfLabels(table) is not null => nameof(WindowOptions.MaxLabels),
        _ => nameof(WindowOptions.MaxGroups),
    };
}
