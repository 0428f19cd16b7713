using System.Collections.Concurrent;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Gateway.Status;

/// <summary>
/// Collects the degradations of this process and of the other services, which report theirs on <see cref="Topics.Health"/>.
/// </summary>
public sealed class ServiceHealth(
    IEventLog log, Readiness readiness, Supervisor supervisor, UnusableRecords unusable, TimeProvider time) : BackgroundService
{
    /// <summary>The time after which a process without a report is considered dead and its degradations are dropped.</summary>
    internal static readonly TimeSpan ReportLifetime = TimeSpan.FromSeconds(90);

    /// <summary>The maximum number of processes; foreign records must not fill the memory.</summary>
    private const int MaxInstances = 1_000;

    private readonly ConcurrentDictionary<string, (HealthReported Report, long ReadAt)> _reports = [];

    /// <summary>The degradations of all processes; those of this process come first.</summary>
    public IReadOnlyList<ServiceDegradation> All =>
    [
        .. readiness.Degradations.Select(static own => Create(null, own)),
        .. _reports.Values.Where(known => !IsExpired(known.ReadAt))
            .OrderBy(static known => known.Report.Service, StringComparer.Ordinal)
            .SelectMany(static known => known.Report.Degraded.Select(degradation => Create(known.Report.Service, degradation)))
            .Distinct(),
    ];

    /// <summary>The instance id of this process, whose reports are ignored.</summary>
    internal string? OwnInstance { get; init; }

    internal void Observe(HealthReported report)
    {
        if (report.Degraded.Count == 0)
            _reports.TryRemove(report.Instance, out _);
        else if (_reports.Count < MaxInstances || _reports.ContainsKey(report.Instance))
            _reports[report.Instance] = (report, time.GetTimestamp());
        foreach (var (instance, _) in _reports.Where(known => IsExpired(known.Value.ReadAt)))
            _reports.TryRemove(instance, out _);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        supervisor.RunAsync("The health of the other services", FollowAsync, stoppingToken);

    private static ServiceDegradation Create(string? service, Degradation degradation) =>
        new(service, degradation.Component, degradation.Since, degradation.Reason, degradation.Remedy);

    private bool IsExpired(long readAt) => time.GetElapsedTime(readAt) >= ReportLifetime;

    private async Task FollowAsync(Action progressed, CancellationToken cancellation)
    {
        await foreach (var records in log.TailAsync(Topics.Health, new Dictionary<int, long>(), cancellation))
        {
            foreach (var report in records.Select(Read).OfType<HealthReported>().Where(report => report.Instance != OwnInstance))
                Observe(report);
            progressed();
        }
    }

    /// <returns>Null for a record of another type or version.</returns>
    private HealthReported? Read(LogRecord record)
    {
        if (EventReader.Read<HealthReported>(record, out var report, time.GetUtcNow()) is not { } fault)
            return report;
        unusable.Report("health", record.Position, fault, "The status does not show the health of the service that wrote it.");
        return null;
    }
}
