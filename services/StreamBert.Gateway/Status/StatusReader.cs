using System.Reflection;
using StreamBert.Gateway.Ledger;
using StreamBert.Gateway.Live;
using StreamBert.Gateway.Projection;
using StreamBert.Gateway.Traffic;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Status;

/// <summary>Puts the status together. It answers whatever is down, and says so.</summary>
public sealed class StatusReader(
    LedgerReader ledger, TrafficMeter meter, StateStore store, StateRebuild rebuild, LiveStream stream, Readiness readiness, TimeProvider time)
{
    public static readonly string Version =
        typeof(StatusReader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public async Task<StatusView> ReadAsync(CancellationToken cancellation)
    {
        var notes = new List<string>();
        var lines = await LedgerAsync(notes, cancellation);
        var (state, models) = await StateAsync(notes, cancellation);
        notes.AddRange(readiness.Parts.Where(part => !part.Value.Ready).Select(part => $"{part.Key}: {part.Value.Detail}"));
        return new()
        {
            Status = notes.Count == 0 ? "ok" : "degraded",
            Notes = notes,
            Version = Version,
            StartedAt = meter.Started,
            UptimeSeconds = Math.Round((time.GetUtcNow() - meter.Started).TotalSeconds, 1),
            Ledger = lines,
            Traffic = meter.Read(),
            StateStore = state,
            Models = models,
            Parts = readiness.Parts,
            LiveSubscribers = stream.Subscribers,
        };
    }

    private async Task<LedgerView?> LedgerAsync(List<string> notes, CancellationToken cancellation)
    {
        try
        {
            var view = await ledger.ReadAsync(cancellation);
            if (view.Note is { } note)
                notes.Add(note);
            return view;
        }
        catch (LogUnavailableException failure)
        {
            notes.Add($"The event log cannot be reached: {failure.Message}");
            return null;
        }
    }

    /// <summary>Null while the log, which is told of elsewhere, cannot be asked.</summary>
    private async Task<long?> BehindAsync(CancellationToken cancellation)
    {
        try
        {
            return await rebuild.BehindAsync(cancellation);
        }
        catch (LogUnavailableException)
        {
            return null;
        }
    }

    private async Task<(StateStoreView State, IReadOnlyDictionary<string, string> Models)> StateAsync(List<string> notes, CancellationToken cancellation)
    {
        try
        {
            var ping = await store.PingAsync(cancellation);
            var models = await store.ModelsAsync(cancellation);
            var serving = models.Where(version => version.State == ModelStates.Serving).DistinctBy(version => version.Model);
            return (new(true, Math.Round(ping.TotalMilliseconds, 3), await BehindAsync(cancellation)), serving.ToDictionary(version => version.Model, version => version.Version));
        }
        catch (StateUnavailableException failure)
        {
            notes.Add($"{failure.Message} Texts are taken in and classified; what was is shown again when it is back.");
            return (new(false, null), new Dictionary<string, string>());
        }
    }
}
