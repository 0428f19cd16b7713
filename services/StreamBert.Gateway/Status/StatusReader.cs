using System.Globalization;
using System.Reflection;
using StreamBert.Contracts;
using StreamBert.Gateway.Live;
using StreamBert.Gateway.Traffic;
using StreamBert.Operations.Ledger;
using StreamBert.Operations.Projection;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Status;

/// <summary>
/// Puts the status together. It answers within two seconds whatever is down, from what it knows, and says what is not of this moment.
/// </summary>
public sealed class StatusReader(
    LedgerReader ledger, TrafficMeter meter, StateStore store, StateRebuild rebuild, LiveStream stream, UnusableRecords faults, Readiness readiness, ServiceHealth health, TimeProvider time)
{
    public static readonly string Version =
        typeof(StatusReader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>How long the log and the state store are waited for.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1.5);
    private const string StateComponent = "state";
    private const string Meanwhile = "Texts are taken in and classified; what was is shown again when it is back.";
    private static readonly Dictionary<string, string> NoModels = [];

    public async Task<StatusView> ReadAsync(CancellationToken cancellation)
    {
        var (counting, asking) = (LedgerAsync(cancellation), StateAsync(cancellation));
        var (lines, ledgerNote, stale) = await counting;
        var (state, models, eventTimes, stateNote) = await asking;
        var waiting = readiness.Parts.Where(static part => !part.Value.IsReady).Select(static part => $"{part.Key}: {part.Value.Detail}");
        var degraded = health.All;
        var untold = degraded.Where(one => stateNote is null || one is not { Service: null, Component: StateComponent }).Select(Note);
        string[] notes = [.. new[] { ledgerNote, stateNote }.OfType<string>(), .. waiting, .. untold];
        return new()
        {
            Status = notes.Length == 0 ? "ok" : "degraded",
            Notes = notes,
            Degraded = degraded,
            Version = Version,
            StartedAt = meter.Started,
            UptimeSeconds = Math.Round((time.GetUtcNow() - meter.Started).TotalSeconds, 1),
            Ledger = lines,
            Traffic = meter.Read(),
            StateStore = state,
            EventTimes = eventTimes,
            Models = models,
            Parts = readiness.Parts,
            UnusableRecords = faults.Counts,
            LiveSubscribers = stream.Subscribers,
            Stale = stale ? [nameof(StatusView.Ledger).ToLowerInvariant()] : [],
        };
    }

    /// <summary>A condition as a sentence.</summary>
    internal static string Note(ServiceDegradation one)
        => $"{(one.Service is null ? "" : $"{one.Service}, ")}{one.Component}: {one.Reason} {one.Remedy}";

    private bool LogIsAway => readiness.Parts.TryGetValue(Readiness.Log, out var log) && !log.IsReady;

    private async Task<(LedgerView? View, string? Note, bool IsStale)> LedgerAsync(CancellationToken cancellation)
    {
        if (LogIsAway)
            return Stale("The event log is not available.");
        try
        {
            var view = await ledger.ReadAsync(cancellation).WaitAsync(LongestWait, time, cancellation);
            return (view, view.Note, false);
        }
        catch (LogUnavailableException failure)
        {
            return Stale($"The event log cannot be reached: {failure.Message}");
        }
        catch (TimeoutException)
        {
            return Stale("The event log did not answer in time.");
        }
    }

    /// <summary>The reading made last, if there is one.</summary>
    private (LedgerView? View, string? Note, bool IsStale) Stale(string reason) => ledger.Last is { } last
        ? (last, string.Create(CultureInfo.InvariantCulture, $"{reason} The ledger is that of {last.At.UtcDateTime:u}."), true)
        : (null, $"{reason} There is no ledger yet.", false);

    /// <summary>Null while the log, which is told of elsewhere, cannot be asked.</summary>
    private async Task<long?> BehindAsync(CancellationToken cancellation)
    {
        if (LogIsAway)
            return null;
        try
        {
            return await rebuild.ReadLagAsync(cancellation).WaitAsync(LongestWait, time, cancellation);
        }
        catch (Exception e) when (e is LogUnavailableException or TimeoutException)
        {
            return null;
        }
    }

    private async Task<StateAnswer> StateAsync(CancellationToken cancellation)
    {
        var behind = BehindAsync(cancellation);
        try
        {
            var (ping, models, eventTimes) = await AskStoreAsync(cancellation).WaitAsync(LongestWait, time, cancellation);
            var serving = models.Where(static version => version.State == ModelStates.Serving).DistinctBy(static version => version.Model);
            return new(
                new(true, Math.Round(ping.TotalMilliseconds, 3), await behind),
                serving.ToDictionary(static version => version.Model, static version => version.Version),
                eventTimes,
                null);
        }
        catch (StateUnavailableException failure)
        {
            return new(new(false, null), NoModels, [], $"{failure.Message} {Meanwhile}");
        }
        catch (TimeoutException)
        {
            return new(new(false, null), NoModels, [], $"The state store did not answer in time. {Meanwhile}");
        }
    }

    private async Task<(TimeSpan Ping, IReadOnlyList<ModelVersionView> Models, IReadOnlyList<EventTimeUpdated> EventTimes)> AskStoreAsync(
        CancellationToken cancellation) =>
        (await store.PingAsync(cancellation), await store.ListModelsAsync(cancellation), await store.ListEventTimesAsync(cancellation));

    private sealed record StateAnswer(
        StateStoreView State, IReadOnlyDictionary<string, string> Models, IReadOnlyList<EventTimeUpdated> EventTimes, string? Note);
}
