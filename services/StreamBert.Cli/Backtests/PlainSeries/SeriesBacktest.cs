using StreamBert.Cli.Backtests.Charts;
using StreamBert.Cli.Errors;
using StreamBert.Contracts;
using StreamBert.Monitoring.Backtesting;
using StreamBert.Monitoring.PlainSeries;

namespace StreamBert.Cli.Backtests.PlainSeries;

/// <summary>
/// Runs the anomaly score over a plain series, row by row without a look ahead. An alert begins where the score reaches ½ and ends where
/// it falls below.
/// </summary>
/// <param name="request">The period and the labels.</param>
/// <param name="notify">Receives findings for the user, as sentences.</param>
internal sealed class SeriesBacktest(SeriesRequest request, Action<string> notify)
{
    /// <summary>The score from which on a row belongs to an alert.</summary>
    public const double Threshold = 0.5;

    /// <exception cref="CliException">A row of the file cannot be read, or the labels do not know the file.</exception>
    public SeriesOutcome Run(SeriesFile file, CancellationToken cancellation)
    {
        var (scorer, naive, alerts) = (new PlainSeriesScorer(), new NaiveRowDetectors(request.Learn), new SeriesAlertList());
        var (values, scores) = (new List<SeriesPoint>(), new List<SeriesPoint>());
        var (rows, earlier, first, last) = (0L, 0L, DateTimeOffset.MaxValue, DateTimeOffset.MinValue);
        foreach (var (_, time, value) in file.Read().Where(row => request.Covers(row.Time)))
        {
            cancellation.ThrowIfCancellationRequested();
            var score = scorer.Score(time, value);
            naive.Add(time, value);
            alerts.Add(time, value, score);
            if (request.KeepsPoints)
                Keep(time, value, score);
            (rows, earlier) = (rows + 1, earlier + (time < last ? 1 : 0));
            (first, last) = (time < first ? time : first, time > last ? time : last);
        }
        if (earlier > 0)
            notify($"{file.Name}: {earlier:N0} rows are earlier than a row before them; the rows are judged in the order of the file.");
        return Score(file, naive, alerts, rows == 0 ? null : new(first, last)) with
        {
            Rows = rows,
            Values = Order(values),
            AnomalyScores = Order(scores),
        };

        void Keep(DateTimeOffset time, double value, double score)
        {
            if (double.IsFinite(value))
                values.Add(new(time, value, null, 0, 0));
            scores.Add(new(time, score, Threshold, Threshold, Threshold));
        }
    }

    private SeriesOutcome Score(SeriesFile file, NaiveRowDetectors naive, SeriesAlertList alerts, TimeWindow? span)
    {
        var scored = span is null ? null : span with { Start = request.Learn > span.Start ? request.Learn.Value : span.Start };
        if (scored is null || scored.End < scored.Start)
            return new(file.Name) { Rows = 0, Scored = null, Alerts = [], Labels = null, Scores = [] };
        var labels = ReadLabels(file)?.Where(label => label.Start < scored.End && label.End > scored.Start).ToList();
        List<SeriesAlert> judged = [.. alerts.All.Where(alert => alert.Start >= scored.Start)];
        (string Name, IEnumerable<ScoredAlert> Alerts)[] detectors =
        [
            ("StreamBert", judged.Select(static alert => alert.ToScored())), ("static threshold (mean ± 3 σ)", naive.Static),
            ("always fires", naive.Always), ("never fires", []),
        ];
        return new(file.Name)
        {
            Rows = 0,
            Scored = scored,
            Alerts = judged,
            Labels = labels,
            Scores = labels is null ? [] : [.. detectors.Select(detector =>
                DetectionScore.Of(detector.Name, detector.Alerts, labels, scored, TimeSpan.Zero))],
        };
    }

    /// <summary>Returns the labelled windows of a series: those that name it, and those that name none.</summary>
    private IEnumerable<LabelledWindow>? ReadLabels(SeriesFile file) => request.Labels is not { } path ? null
        : LabelFile.Read(path, file.Path, request.HasManySeries).Where(label => label.IsAbout(
            file.Name, Path.GetFileName(file.Name), Path.GetFileNameWithoutExtension(file.Name)));

    private static List<SeriesPoint> Order(List<SeriesPoint> points) => [.. points.OrderBy(static point => point.Start)];
}
