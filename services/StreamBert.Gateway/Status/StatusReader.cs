using System.Globalization;
using System.Reflection;
using StreamBert.Gateway.Live;
using StreamBert.Gateway.Traffic;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Status;

/// <summary>Reads the status. It responds within two seconds whatever is unavailable, and marks what is out of date.</summary>
public sealed class StatusReader(
    LedgerReader ledger, TrafficMeter meter, StateStoreStatus stateStore, LiveEventHub hub, UnusableRecords unusable, Readiness readiness,
    ServiceHealth health, TimeProvider time)
{
    /// <summary>The version of StreamBert.</summary>
    public static readonly string Version =
        typeof(StatusReader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The timeout for the log and the state store.</summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1.5);

    private const string StateComponent = "state";

    private bool IsLogUnavailable => readiness.Parts.TryGetValue(Readiness.Log, out var log) && !log.IsReady;

    /// <summary>Reads the status.</summary>
    public async Task<StatusView> ReadAsync(CancellationToken cancellation)
    {
        var (ledgerTask, stateTask) = (ReadLedgerAsync(cancellation), stateStore.ReadAsync(IsLogUnavailable, cancellation));
        var (ledgerView, ledgerNote, isStale) = await ledgerTask;
        var state = await stateTask;
        var degraded = health.All;
        var notes = CreateNotes(ledgerNote, state.Note, degraded);
        return new()
        {
            Status = notes.Count == 0 ? "ok" : "degraded",
            Notes = notes,
            Degraded = degraded,
            Version = Version,
            StartedAt = meter.Started,
            UptimeSeconds = Math.Round((time.GetUtcNow() - meter.Started).TotalSeconds, 1),
            Ledger = ledgerView,
            Traffic = meter.Read(),
            StateStore = state.View,
            EventTimes = state.EventTimes,
            Models = state.Models,
            Rollouts = state.Rollouts,
            Parts = readiness.Parts,
            UnusableRecords = unusable.Counts,
            LiveSubscribers = hub.Subscribers,
            Stale = isStale ? [nameof(StatusView.Ledger).ToLowerInvariant()] : [],
        };
    }

    /// <summary>Describes a degradation as a sentence.</summary>
    internal static string Describe(ServiceDegradation degradation) =>
        $"{(degradation.Service is null ? "" : $"{degradation.Service}, ")}{degradation.Component}: {degradation.Reason} "
            + $"{degradation.Remedy}";

    private List<string> CreateNotes(string? ledgerNote, string? stateNote, IReadOnlyList<ServiceDegradation> degraded)
    {
        var waiting = readiness.Parts.Where(static part => !part.Value.IsReady).Select(static part => $"{part.Key}: {part.Value.Detail}");
        // The note on the state store replaces its own degradation.
        var others = degraded.Where(item => stateNote is null || item is not { Service: null, Component: StateComponent }).Select(Describe);
        return [.. new[] { ledgerNote, stateNote }.OfType<string>(), .. waiting, .. others];
    }

    private async Task<(LedgerView? View, string? Note, bool IsStale)> ReadLedgerAsync(CancellationToken cancellation)
    {
        if (IsLogUnavailable)
            return GetLastLedger("The event log is unavailable.");
        try
        {
            var view = await ledger.ReadAsync(cancellation).WaitAsync(Timeout, time, cancellation);
            return (view, view.Note, false);
        }
        catch (LogUnavailableException failure)
        {
            return GetLastLedger($"The event log cannot be reached: {failure.Message}");
        }
        catch (TimeoutException)
        {
            return GetLastLedger("The event log did not respond in time.");
        }
    }

    private (LedgerView? View, string? Note, bool IsStale) GetLastLedger(string reason) => ledger.Last is { } last
        ? (last, string.Create(CultureInfo.InvariantCulture, $"{reason} The ledger is from {last.At.UtcDateTime:u}."), true)
        : (null, $"{reason} There is no ledger yet.", false);
}
