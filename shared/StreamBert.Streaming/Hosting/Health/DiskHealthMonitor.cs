using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Hosting.Engines;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Streaming.Hosting.Health;

/// <summary>Degrades the process when a disk is nearly full, before writes fail, until there is enough free space again.</summary>
internal sealed class DiskHealthMonitor(
    IEnumerable<WatchedDirectory> watched,
    IConfiguration configuration,
    IOptions<EventLogOptions> log,
    IOptions<DiskOptions> options,
    Readiness readiness,
    Supervisor supervisor,
    ILogger<DiskHealthMonitor> logger) : BackgroundService
{
    internal const string Component = "disk";
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private const long MaxReserveBytes = 64L * 1024 * 1024;
    private const int ReserveFraction = 20;
    private const double MiB = 1024 * 1024;

    private const string Remedy = "Free space there; for the log, lower Log:MaxBytes or set Log:MaxAge. Rejected writes are retried "
        + "without a restart.";

    private readonly string[] _directories = [.. Directories(watched, configuration, log.Value)];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => supervisor.RunPeriodicallyAsync(
        "The health check of the disks",
        Interval,
        _ =>
        {
            Check();
            return Task.CompletedTask;
        },
        stoppingToken);

    private static IEnumerable<string> Directories(IEnumerable<WatchedDirectory> watched, IConfiguration configuration, EventLogOptions log)
    {
        var directories = watched.Select(static directory => directory.Path);
        if (EventLogFactory.ResolveEngine(configuration) == EventLogOptions.Embedded)
            directories = directories.Append(log.Directory);
        return directories.Select(Path.GetFullPath).Distinct().Order(StringComparer.Ordinal);
    }

    private void Check()
    {
        var full = _directories.Select(static directory => (Directory: directory, Space: DiskSpace.Of(directory)))
            .Where(disk => disk.Space is { } space && space.Free < RequiredFreeBytes(space)).ToList();
        if (full.Count == 0)
        {
            if (readiness.Recover(Component))
                logger.LogWarning("The disk has enough free space again.");
            return;
        }
        var reason = string.Join(" ", full.GroupBy(static disk => disk.Space!.Value, static disk => disk.Directory)
            .Select(static disk => Describe(string.Join(", ", disk), disk.Key)));
        if (readiness.Degrade(Component, reason, Remedy))
            logger.LogWarning("A disk is nearly full: {Reason}", reason);
    }

    private long RequiredFreeBytes(DiskSpace space) =>
        options.Value.MinFreeBytes ?? Math.Min(MaxReserveBytes, space.Total / ReserveFraction);

    private static string Describe(string directories, DiskSpace space) => string.Create(
        CultureInfo.InvariantCulture,
        $"The disk of {directories} has {space.Free / MiB:N1} of {space.Total / MiB:N1} MiB left"
        + $"{(space.Free == 0 ? ": it is full" : "; when it is full, writes are rejected")}.");
}
