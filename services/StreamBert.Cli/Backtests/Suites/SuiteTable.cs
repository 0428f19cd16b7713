using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios.Suites;

namespace StreamBert.Cli.Backtests.Suites;

/// <summary>The results of a suite as a table for a terminal or a Markdown page.</summary>
/// <param name="Title">The title.</param>
/// <param name="Columns">The headings; one that begins with <c>#</c> aligns its column to the right.</param>
/// <param name="Rows">The rows.</param>
internal sealed record SuiteTable(string Title, string[] Columns, IReadOnlyList<string[]> Rows)
{
    private const string None = "–";

    /// <summary>What the table leaves out, as sentences below it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// Returns how often the 95 % interval of the estimated accuracy covered the realised accuracy of an hour of a head.
    /// </summary>
    public static SuiteTable OfCoverage(IReadOnlyList<IReadOnlyList<ScenarioTrial>> trials) => new(
        "Estimated accuracy: how often its 95 % interval covers the realised accuracy",
        ["scenario", "#runs", "#intervals", "#covered", "#share"],
        [.. trials.Select(static runs => Cells(CoverageReport.Of(runs)))]);

    /// <summary>Returns the detections of labelled scenarios.</summary>
    public static SuiteTable OfDetect(IReadOnlyList<IReadOnlyList<ScenarioTrial>> trials) => new(
        "Detections on labelled scenarios",
        [
            "scenario", "alert", "#within", "#found", "#share", "#95 % interval", "#target", "#median delay", "#90 % delay",
            "#false alarms before, a week", "#alerts after, a run", "result",
        ],
        [.. trials.Select(static runs => Cells(DetectRow.Of(runs[0].Definition, runs)))]);

    /// <summary>Writes the table to the terminal.</summary>
    public void Write()
    {
        var table = Terminal.CreateTable(Title, Columns);
        foreach (var row in Rows)
            table.AddCells(row);
        Terminal.Write(table);
        WriteNotes(Terminal.Out);
    }

    /// <summary>Writes the table as Markdown.</summary>
    public void WriteMarkdown(TextWriter writer)
    {
        writer.WriteLine(Line(Columns.Select(static column => column.TrimStart('#'))));
        writer.WriteLine(Line(Columns.Select(static column => column.StartsWith('#') ? "--:" : "---")));
        foreach (var row in Rows)
            writer.WriteLine(Line(row));
        WriteNotes(writer);
    }

    private void WriteNotes(TextWriter writer)
    {
        if (Notes.Count > 0)
            writer.WriteLine();
        foreach (var note in Notes)
            writer.WriteLine(note);
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string[] Cells(CoverageReport report) =>
    [
        report.Scenario,
        Format.Count(report.Runs),
        Format.Count(report.Intervals),
        Format.Count(report.Covered),
        report.Share is { } share ? Format.Number(share, "0.0 %") : None,
    ];

    private static string[] Cells(DetectRow row) =>
    [
        row.Scenario,
        string.Join(", ", row.Plan.Kinds),
        Text(row.Plan.Within),
        $"{row.Found} of {row.Runs}",
        Format.Number(row.Share, "0.0 %"),
        Text(row.Interval, "0 %"),
        Format.Number(row.Plan.Target, "0 %"),
        Text(row.Median),
        Text(row.Late),
        row.FalseAlarms is { } alarms ? Format.Number(alarms, "0.00") : None,
        Format.Number(row.Afterwards, "0.00"),
        row.Comparison switch
        {
            TargetComparison.Met => "met",
            TargetComparison.Missed => "MISSED",
            _ => "below, too few runs",
        },
    ];

    private static string Text(Interval interval, string format) =>
        $"{Format.Number(interval.Low, format)}–{Format.Number(interval.High, format)}";

    private static string Text(TimeSpan? time) => time switch
    {
        null => None,
        { TotalHours: >= 3 } hours => $"{Format.Number(hours.TotalHours, "0.#")} h",
        { } minutes => $"{Format.Number(minutes.TotalMinutes, "0.#")} min",
    };
}
