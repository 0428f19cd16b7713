using System.Globalization;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;
using StreamBert.Training.Registry;
using StreamBert.Training.Runs;

namespace StreamBert.Training.Triggers;

/// <summary>
/// Finds the runs that are due, each model's by its first cause of these: a request, the number of new feedback records, an alert, the
/// schedule.
/// </summary>
internal sealed class RunTriggers(
    PendingWork pending, ExcludedAnnotators excluded, RunSchedule schedule, DriftAlerts alerts, ModelHistories histories,
    PipelineCatalog pipelines, IOptions<TrainingOptions> options)
{
    private readonly TrainingOptions _options = options.Value;

    /// <summary>
    /// Whether a run may become due although no feedback and no request arrives: by the schedule, by an alert, or because an annotator is
    /// no longer excluded.
    /// </summary>
    public bool MustPoll => HasOtherCauses || pending.HasFeedback;

    private bool HasOtherCauses => schedule.IsEnabled || _options.OnDrift;

    public async Task<IReadOnlyList<DueRun>> FindDueAsync(CancellationToken cancellation)
    {
        await histories.RefreshAsync(cancellation);
        if (pending.HasFeedback)
            await excluded.RefreshAsync(cancellation);
        var due = pending.FindDue(model => FeedbackThreshold.Of(_options.MinimumFeedback, histories.Get(model)));
        if (!HasOtherCauses)
            return due;
        if (_options.OnDrift)
            await alerts.RefreshAsync(cancellation);
        var others = pipelines.Classified.Select(static pipeline => pipeline.Model).Distinct().Except(due.Select(static run => run.Model));
        return [.. due, .. others.Select(model => FindDrift(model) ?? FindScheduled(model)).OfType<DueRun>()];
    }

    private DueRun? FindDrift(string model)
    {
        var count = pending.CountFeedback(model);
        if (!_options.OnDrift || count < _options.DriftMinimumFeedback)
            return null;
        return alerts.FindFiring(model, histories.Get(model).HandledAlerts) is not { } alert ? null
            : new(model, TrainingCauses.Drift, $"{Text(count)} while this alert fires: {alert.Title}", []) { Alert = alert.Id };
    }

    private DueRun? FindScheduled(string model) => schedule.FindDue(histories.Get(model)) is not { } at ? null : new(
        model, TrainingCauses.Schedule,
        $"{Text(pending.CountFeedback(model))} at the scheduled time {at.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)}",
        [])
    {
        HasFeedback = pending.CountFeedback(model) > 0,
    };

    private static string Text(int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} new feedback record{(count == 1 ? "" : "s")}");
}
