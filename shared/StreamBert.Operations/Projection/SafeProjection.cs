using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.State;

namespace StreamBert.Operations.Projection;

/// <summary>
/// Projects events so that none of them stops the others: what cannot be read, names a pipeline that is not configured, or makes the
/// projection throw is reported and passed over.
/// </summary>
public sealed class SafeProjection(StateProjection projection, PipelineCatalog pipelines, FaultyRecords faults)
{
    private const string Reader = "projection";
    private const string Consequence = "The read side does not show it; the events behind it are projected.";

    /// <inheritdoc cref="StateProjection.ApplyAsync"/>
    public async Task<IReadOnlyDictionary<int, long>?> ApplyAsync(
        string topic,
        IReadOnlyDictionary<int, long> positions,
        IReadOnlyList<LoggedEvent> events,
        CancellationToken cancellation)
    {
        var known = events.Select(Known).ToList();
        IReadOnlyDictionary<int, long>? after;
        try
        {
            after = await projection.ApplyAsync(topic, positions, known, cancellation);
        }
        catch (Exception e) when (RecordErrors.MayBeOfRecord(e))
        {
            return await ApplySinglyAsync(topic, positions, known, cancellation);
        }
        if (after is not null)
            Report(known);
        return after;
    }

    private async Task<IReadOnlyDictionary<int, long>?> ApplySinglyAsync(
        string topic, IReadOnlyDictionary<int, long>? positions, IReadOnlyList<LoggedEvent> events, CancellationToken cancellation)
    {
        foreach (var logged in events)
        {
            if (positions is not null)
                positions = await ApplyAloneAsync(topic, positions, logged, cancellation);
        }

        return positions;
    }

    private async Task<IReadOnlyDictionary<int, long>?> ApplyAloneAsync(
        string topic,
        IReadOnlyDictionary<int, long> positions,
        LoggedEvent logged,
        CancellationToken cancellation)
    {
        IReadOnlyDictionary<int, long>? after;
        try
        {
            after = await projection.ApplyAsync(topic, positions, [logged], cancellation);
        }
        catch (Exception e) when (RecordErrors.MayBeOfRecord(e) && logged.Event is not null)
        {
            logged = logged.Without(new(DeadLetterReasons.ProcessingFailed, $"The event cannot be projected: {e.Message}", e));
            after = await projection.ApplyAsync(topic, positions, [logged], cancellation);
        }
        if (after is not null)
            Report([logged]);
        return after;
    }

    /// <summary>Each pipeline has keys of its own in the store: names that strangers choose must not make more of them.</summary>
    private LoggedEvent Known(LoggedEvent logged) => PipelineOf(logged.Event) is { } name && pipelines.Find(name) is null
        ? logged.Without(
            EventReader.Bad("an event of a pipeline that is not configured here; give all services the same Pipelines")) : logged;

    private static string? PipelineOf(object? read) => read switch
    {
        TextClassified prediction => prediction.Pipeline,
        TrendUpdated trend => trend.Series.Pipeline,
        EventTimeUpdated time => time.Pipeline,
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
