using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State;

namespace StreamBert.Operations.Projection;

/// <summary>
/// Projects events and skips single ones that cannot be projected: unreadable events, events of pipelines that are not configured, and
/// events that make the
/// projection fail. It reports every skipped event.
/// </summary>
/// <param name="projection">The projection.</param>
/// <param name="pipelines">The configured pipelines.</param>
/// <param name="faults">Reports the skipped events.</param>
public sealed class ResilientProjection(StateProjection projection, PipelineCatalog pipelines, UnusableRecords faults)
{
    private const string Reader = "projection";
    private const string Consequence = "The state store does not show it; the projection continues with the next event.";

    /// <inheritdoc cref="StateProjection.ApplyAsync"/>
    public async Task<IReadOnlyDictionary<int, long>?> ApplyAsync(
        string topic, IReadOnlyDictionary<int, long> positions, IReadOnlyList<LoggedEvent> events, CancellationToken cancellation)
    {
        var checkedEvents = events.Select(CheckPipeline).ToList();
        IReadOnlyDictionary<int, long>? newPositions;
        try
        {
            newPositions = await projection.ApplyAsync(topic, positions, checkedEvents, cancellation);
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            return await ApplyIndividuallyAsync(topic, positions, checkedEvents, cancellation);
        }
        if (newPositions is not null)
            Report(checkedEvents);
        return newPositions;
    }

    private async Task<IReadOnlyDictionary<int, long>?> ApplyIndividuallyAsync(
        string topic, IReadOnlyDictionary<int, long>? positions, IReadOnlyList<LoggedEvent> events, CancellationToken cancellation)
    {
        foreach (var logged in events)
        {
            if (positions is not null)
                positions = await ApplyAsync(topic, positions, logged, cancellation);
        }

        return positions;
    }

    private async Task<IReadOnlyDictionary<int, long>?> ApplyAsync(
        string topic, IReadOnlyDictionary<int, long> positions, LoggedEvent logged, CancellationToken cancellation)
    {
        IReadOnlyDictionary<int, long>? newPositions;
        try
        {
            newPositions = await projection.ApplyAsync(topic, positions, [logged], cancellation);
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e) && logged.Event is not null)
        {
            logged = logged.Without(new(DeadLetterReasons.ProcessingFailed, $"The event cannot be projected: {e.Message}", e));
            newPositions = await projection.ApplyAsync(topic, positions, [logged], cancellation);
        }
        if (newPositions is not null)
            Report([logged]);
        return newPositions;
    }

    /// <summary>
    /// Rejects events of unknown pipelines. Each pipeline has its own keys in the store, and foreign records must not create any number
    /// of them.
    /// </summary>
    private LoggedEvent CheckPipeline(LoggedEvent logged) => GetPipeline(logged.Event) is { } name && pipelines.Find(name) is null
        ? logged.Without(RecordFault.InvalidEvent("an event of a pipeline that is not configured here; give all services the same "
            + "Pipelines"))
        : logged;

    private static string? GetPipeline(object? read) => read switch
    {
        TextClassified prediction => prediction.Pipeline,
        TrendUpdated trend => trend.Series.Pipeline,
        EventTimeUpdated time => time.Pipeline,
        FairnessReported fairness => fairness.Pipeline,
        AccuracyReported accuracy => accuracy.Series.Pipeline,
        DriftReported drift => drift.Series.Pipeline,
        _ => null,
    };

    private void Report(IReadOnlyList<LoggedEvent> events)
    {
        foreach (var logged in events)
        {
            if (logged.Fault is { } fault)
                faults.Report(Reader, logged.Record.Position, fault, Consequence);
        }
    }
}
