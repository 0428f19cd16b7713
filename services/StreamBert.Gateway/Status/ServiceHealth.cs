using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Gateway.Status;

/// <summary>
/// What is degraded here and in the other services that share the log, of which each reports itself on <see cref="Topics.Health"/>.
/// </summary>
public sealed class ServiceHealth(
    IEventLog log,
    Readiness readiness,
    Supervisor supervisor,
    UnusableRecords faults,
    TimeProvider time) : BackgroundService
{
    /// <summary>A process that has not reported for so long has died: what it had to say is not of this moment.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(90);

    /// <summary>Processes that are told of at most: names that strangers choose must not fill the memory.</summary>
    private const int MaxInstances = 1_000;

    private readonly ConcurrentDictionary<string, (HealthReported Report, long ReadAt)> _reports = [];

    /// <summary>The conditions of every process, this one's first.</summary>
    public IReadOnlyList<ServiceDegradation> All =>
    [
        .. readiness.Degradations.Select(static own => Of(null, own)),
        .. _reports.Values.Where(known => time.GetElapsedTime(known.ReadAt) < Lifetime)
            .OrderBy(static known => known.Report.Service, StringComparer.Ordinal)
            .SelectMany(static known => known.Report.Degraded.Select(degradation => Of(known.Report.Service, degradation)))
            .Distinct(),
    ];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        supervisor.RunAsync("The health of the other services", FollowAsync, stoppingToken);

    private async Task FollowAsync(Action progressed, CancellationToken cancellation)
    {
        await foreach (var records in log.TailAsync(Topics.Health, new Dictionary<int, long>(), cancellation))
        {
            foreach (var record in records)
            {
                if (Read(record) is { } report && report.Instance != Own)
                    Observe(report);
            }

            progressed();
        }
    }

    internal string? Own { get; init; }

    internal void Observe(HealthReported report)
    {
        if (report.Degraded.Count > 0 && (_reports.Count < MaxInstances || _reports.ContainsKey(report.Instance)))
            _reports[report.Instance] = (report, time.GetTimestamp());
        else if (report.Degraded.Count == 0)
            _reports.TryRemove(report.Instance, out _);
        foreach (var (instance, _) in _reports.Where(known => time.GetElapsedTime(known.Value.ReadAt) >= Lifetime))
            _reports.TryRemove(instance, out _);
    }

    /// <summary>Null for what is no report, or of another version: what that one has to say stands in its own health.</summary>
    private HealthReported? Read(LogRecord record)
    {
        if (EventReader.Read<HealthReported>(record, out var report, time.GetUtcNow()) is not { } fault)
            return report;
        faults.Report("health", record.Position, fault, "The service that wrote it is not told of here.");
        return null;
    }

    private static ServiceDegradation Of(string? service, Degradation degradation) =>
        new(service, degradation.Component, degradation.Since, degradation.Reason, degradation.Remedy);
}
