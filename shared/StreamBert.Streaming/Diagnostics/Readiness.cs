using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Diagnostics;

/// <summary>One part of a process that must be ready before work is sent to it.</summary>
/// <param name="Detail">What it is waiting for, or has, in words.</param>
public sealed record ReadinessPart([property: JsonPropertyName("ready")] bool IsReady, string Detail);

/// <summary>
/// Whether this process can do its work: named parts (<c>log</c>, <c>model</c>, <c>state</c>), each set by the code that knows. The process
/// is ready when every part that was ever
/// named is. A ready process may be degraded: it takes requests and loses nothing, but something is missing, refused or replaced, and a
/// person must know. A singleton; thread-safe.
/// </summary>
public sealed class Readiness
{
    /// <summary>The part that tells whether the event log answers.</summary>
    public const string Log = "log";

    /// <summary>The files of the embedded log.</summary>
    public const string LogFiles = "log files";

    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, ReadinessPart> _parts = [];
    private readonly ConcurrentDictionary<string, Degradation> _degraded = [];
    private readonly ConcurrentDictionary<string, bool> _components = [];

    public Readiness(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        Telemetry.Meter("Health").CreateObservableGauge("streambert.degraded", () => _components.Keys.Select(component =>
            new System.Diagnostics.Metrics.Measurement<int>(
                _degraded.ContainsKey(component) ? 1 : 0,
                new KeyValuePair<string, object?>("component", component))),
            description: "1 while a component is degraded, 0 when it has recovered.");
    }

    public IReadOnlyDictionary<string, ReadinessPart> Parts => _parts;

    public bool IsReady => _parts.Values.All(static part => part.IsReady);

    /// <summary>What is not whole at the moment, by component.</summary>
    public IReadOnlyList<Degradation> Degradations
        => [.. _degraded.Values.OrderBy(static degradation => degradation.Component, StringComparer.Ordinal)];

    /// <summary><c>waiting</c> while a part is not ready, else <c>degraded</c> or <c>ready</c>.</summary>
    public string Status => !IsReady ? "waiting" : _degraded.IsEmpty ? "ready" : "degraded";

    public void MarkReady(string part, string detail = "ready") => _parts[part] = new(true, detail);

    /// <summary>Names a part that is not ready (yet, or any more).</summary>
    public void MarkWaiting(string part, string detail) => _parts[part] = new(false, detail);

    /// <summary>Tells that a component is degraded, since now or since it was first told.</summary>
    /// <inheritdoc cref="Degradation"/>
    /// <returns>Whether it was not known before.</returns>
    public bool Degrade(string component, string reason, string remedy)
    {
        _components[component] = true;
        var now = new Degradation(component, _time.GetUtcNow(), reason, remedy);
        return _degraded.AddOrUpdate(component, now, (_, before) => now with { Since = before.Since }) == now;
    }

    /// <summary>Tells that a component is whole (again).</summary>
    /// <returns>Whether it was degraded.</returns>
    public bool Recover(string component) => _degraded.TryRemove(component, out _);
}
