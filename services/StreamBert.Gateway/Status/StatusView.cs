using StreamBert.Contracts;
using StreamBert.Gateway.Traffic;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Status;

/// <summary>Describes the state of the system at one moment.</summary>
public sealed record StatusView
{
    /// <summary><c>ok</c> or <c>degraded</c>; <see cref="Notes"/> then tell what is missing and what to do.</summary>
    public required string Status { get; init; }

    /// <summary>What is missing and what to do.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The degradations of all services with their start, reason and remedy.</summary>
    public IReadOnlyList<ServiceDegradation> Degraded { get; init; } = [];

    /// <summary>The version of StreamBert.</summary>
    public required string Version { get; init; }

    /// <summary>The start of this process.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The seconds since the start of this process.</summary>
    public required double UptimeSeconds { get; init; }

    /// <summary>The ledger; the last known one while the log cannot be reached, null before the first one.</summary>
    public LedgerView? Ledger { get; init; }

    /// <summary>
    /// The parts of the status that are out of date because the log does not respond: <c>ledger</c>, whose <c>at</c> tells its time.
    /// </summary>
    public IReadOnlyList<string> Stale { get; init; } = [];

    /// <summary>Throughput and latency of the last minute.</summary>
    public required TrafficView Traffic { get; init; }

    /// <summary>The state store.</summary>
    public required StateStoreView StateStore { get; init; }

    /// <summary>The watermark, the late texts and the clock skew of each pipeline.</summary>
    public required IReadOnlyList<EventTimeUpdated> EventTimes { get; init; }

    /// <summary>The serving version of each model, as far as known.</summary>
    public required IReadOnlyDictionary<string, string> Models { get; init; }

    /// <summary>The rollouts that are under way.</summary>
    public IReadOnlyList<RolloutChanged> Rollouts { get; init; } = [];

    /// <summary>The parts of this process and whether each is ready.</summary>
    public required IReadOnlyDictionary<string, ReadinessPart> Parts { get; init; }

    /// <summary>The records that this process has skipped because they cannot be used, by reader, topic and reason.</summary>
    public IReadOnlyList<UnusableRecordCount> UnusableRecords { get; init; } = [];

    /// <summary>The number of open dashboards and event streams.</summary>
    public required int LiveSubscribers { get; init; }
}
