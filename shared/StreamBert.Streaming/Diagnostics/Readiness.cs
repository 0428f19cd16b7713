using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Diagnostics;

/// <summary>
/// Tracks whether this process can do its work. It consists of named parts (<c>log</c>, <c>model</c>, <c>state</c>), each updated by the
/// code that knows, and is ready when every part that was ever named is ready. A ready process may be degraded: it accepts requests and
/// loses nothing, but something is missing, refused or replaced, and a person must know. A singleton; thread-safe.
/// </summary>
public sealed class Readiness
{
    /// <summary>The part that shows whether the event log answers.</summary>
    public const string Log = "log";

    /// <summary>The component that shows damage in the files of the embedded log.</summary>
    public const string LogFiles = "log files";

    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, ReadinessPart> _parts = [];
    private readonly ConcurrentDictionary<string, Degradation> _degradations = [];
    private readonly ConcurrentDictionary<string, bool> _components = [];

    /// <summary>Creates the readiness of a process without parts, which is ready, and the metric <c>streambert.degraded</c>.</summary>
    public Readiness(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        Telemetry.Meter("Health").CreateObservableGauge(
            "streambert.degraded", Measure, description: "1 while a component is degraded, 0 after it has recovered.");
    }

    /// <summary>The parts by name.</summary>
    public IReadOnlyDictionary<string, ReadinessPart> Parts => _parts;

    /// <summary>Whether every part is ready.</summary>
    public bool IsReady => _parts.Values.All(static part => part.IsReady);

    /// <summary>What is degraded at the moment, by component.</summary>
    public IReadOnlyList<Degradation> Degradations =>
        [.. _degradations.Values.OrderBy(static degradation => degradation.Component, StringComparer.Ordinal)];

    /// <summary><c>waiting</c> while a part is not ready, else <c>degraded</c> or <c>ready</c>.</summary>
    public string Status => !IsReady ? "waiting" : _degradations.IsEmpty ? "ready" : "degraded";

    /// <summary>Marks a part as ready.</summary>
    public void MarkReady(string part, string detail = "ready") => _parts[part] = new(true, detail);

    /// <summary>Marks a part as not ready, because it waits for something.</summary>
    public void MarkWaiting(string part, string detail) => _parts[part] = new(false, detail);

    /// <summary>Marks a component as degraded, since now or since it was first marked.</summary>
    /// <inheritdoc cref="Degradation"/>
    /// <returns>Whether the component was not degraded before.</returns>
    public bool Degrade(string component, string reason, string remedy)
    {
        _components[component] = true;
        var current = new Degradation(component, _time.GetUtcNow(), reason, remedy);
        return _degradations.AddOrUpdate(component, current, (_, before) => current with { Since = before.Since }) == current;
    }

    /// <summary>Marks a component as recovered.</summary>
    /// <returns>Whether the component was degraded before.</returns>
    public bool Recover(string component) => _degradations.TryRemove(component, out _);

    private IEnumerable<Measurement<int>> Measure() => _components.Keys.Select(component =>
        new Measurement<int>(_degradations.ContainsKey(component) ? 1 : 0, new KeyValuePair<string, object?>("component", component)));
}
