using StreamBert.Contracts;
using StreamBert.Gateway.Traffic;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Status;

/// <summary>How everything is, at one moment.</summary>
public sealed record StatusView
{
    /// <summary><c>ok</c>, or <c>degraded</c>: then <see cref="Notes"/> say what is missing and what to do.</summary>
    public required string Status { get; init; }
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>What is not whole, here and in the other services: since when, why, and what to do.</summary>
    public IReadOnlyList<ServiceDegradation> Degraded { get; init; } = [];
    public required string Version { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required double UptimeSeconds { get; init; }

    /// <summary>
    /// Null while there is none yet; while the log cannot be reached that of the last reading, which <see cref="Stale"/> then names.
    /// </summary>
    public LedgerView? Ledger { get; init; }

    /// <summary>
    /// The parts of this answer that are not of this moment (<c>ledger</c>, whose <c>at</c> tells of which), because the log does not
    /// answer.
    /// </summary>
    public IReadOnlyList<string> Stale { get; init; } = [];
    public required TrafficView Traffic { get; init; }
    public required StateStoreView StateStore { get; init; }

    /// <summary>By pipeline: how far its windows are closed, late texts, clocks that are ahead.</summary>
    public required IReadOnlyList<EventTimeUpdated> EventTimes { get; init; }

    /// <summary>Model → the version that serves, as far as known.</summary>
    public required IReadOnlyDictionary<string, string> Models { get; init; }

    /// <summary>Parts of this process and whether each is ready.</summary>
    public required IReadOnlyDictionary<string, ReadinessPart> Parts { get; init; }

    /// <summary>Records that readers of this process could not use and passed over since it started, by reader, topic and reason.</summary>
    public IReadOnlyList<UnusableRecordCount> UnusableRecords { get; init; } = [];

    /// <summary>Open dashboards and event streams.</summary>
    public required int LiveSubscribers { get; init; }
}

/// <summary>Whether the state store answers, and how quickly (milliseconds).</summary>
/// <param name="Lag">Offsets that stand in the log and are not projected into it yet.</param>
public sealed record StateStoreView(bool Available, double? PingMs, long? Lag = null);
