using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Tables;

/// <summary>
/// Tells when a table of the monitor has fewer places than names come, so that some of them are not watched by themselves: silence about
/// that would pass for calm.
/// </summary>
public sealed class TableDetector(PipelineOptions pipeline, string attributeSetting = "Monitoring:Windows")
{
    public const string Segments = "segments", Entities = "entities", Labels = "labels of ", Groups = "groups of ";

    /// <summary>A full table is told at once; it is over after as many windows in a row without a name too many.</summary>
    private static readonly AlertPolicy Policy = new(RaiseAfter: 1, ClearAfter: 10);

    public IReadOnlyList<Verdict> Judge(WindowClosed window, IEnumerable<TablePressure> tables)
        => [.. tables.Select(table => Verdict(window.Window, table))];

    private Verdict Verdict(TimeWindow window, TablePressure table)
    {
        var series = new SeriesKey(pipeline.Name, HeadOf(table), SeriesKey.All);
        return new(Alerts.Verdict.FingerprintOf(AlertKinds.CardinalityLimit, series, table.Table), AlertKinds.CardinalityLimit, series, window,
            table.IsFull ? Judgement.Breach : Judgement.Calm, Policy, () => Alert(table, series, window), () => Ended(table));
    }

    private string HeadOf(TablePressure table) => table.Table switch
    {
        Segments => pipeline.Monitor.SegmentHead ?? pipeline.Monitor.SentimentHead,
        Entities => pipeline.Monitor.EntityHead ?? pipeline.Monitor.SentimentHead,
        var labels when labels.StartsWith(Labels, StringComparison.Ordinal) => labels[Labels.Length..],
        _ => pipeline.Monitor.SentimentHead,
    };

    private string SettingOf(TablePressure table) => $"{attributeSetting}:" + table.Table switch
    {
        Segments => nameof(WindowOptions.MaxSegments),
        Entities => nameof(WindowOptions.MaxEntities),
        var labels when labels.StartsWith(Labels, StringComparison.Ordinal) => nameof(WindowOptions.MaxLabels),
        _ => nameof(WindowOptions.MaxGroups),
    };

    private AlertRaised Alert(TablePressure table, SeriesKey series, TimeWindow window) => new()
    {
        Id = "",
        Fingerprint = "",
        Kind = AlertKinds.CardinalityLimit,
        Series = series,
        Severity = "warning",
        Title = $"More {table.Table} in {pipeline.Name} than the monitor watches: {Words.Number(table.Capacity)} have a place",
        Message = $"From {Words.Span(window)} at least {Words.Number(table.Names)} found no place among the {table.Table} of {pipeline.Name}, or lost it; {Words.Number(table.Uses)} uses of them count in the totals and are not watched by "
            + $"themselves. The {Words.Number(table.Capacity)} used most of late are watched, and keep what was learned of them. If the names are what you expect, raise {SettingOf(table)} (now {Words.Number(table.Capacity)}); "
            + "else find the producer that writes free text there.",
        Window = window,
        RaisedAt = window.End,
        Value = table.Names,
        Baseline = 0,
        Unit = "names",
        Count = table.Uses,
        Evidence = 0,
        EvidenceKind = "count, no test",
    };

    private static Resolution Ended(TablePressure table)
        => new(table.Names, 0, $"For {Policy.ClearAfter} windows every one of the {table.Table} that came has found its place.");
}
