using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Hosting.Engines;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Hosting.Health;

/// <summary>When little space counts as too little. Bound from the section <c>Disk</c>.</summary>
public sealed class DiskOptions
{
    public const string Section = "Disk";

    /// <summary>Free bytes below which the process is degraded; null: a twentieth of the disk, and 64 MiB at most.</summary>
    public long? MinFreeBytes { get; set; }
}

/// <summary>A directory that this process writes to, beside that of the embedded log.</summary>
public sealed record WatchedDirectory(string Path);

/// <summary>Bytes of the disk that a directory is on.</summary>
internal readonly record struct DiskSpace(long Free, long Total);

/// <summary>Tells of a disk that gets full before writes fail, and until there is space again.</summary>
internal sealed class DiskHealth : BackgroundService
{
    internal const string Component = "disk";
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private const long MostReserve = 64L * 1024 * 1024;
    private const int ReserveShare = 20;

    private readonly string[] _directories;
    private readonly DiskOptions _options;
    private readonly Readiness _readiness;
    private readonly TimeProvider _time;
    private readonly ILogger<DiskHealth> _logger;
    private readonly Func<string, DiskSpace?> _space;

    public DiskHealth(
        IEnumerable<WatchedDirectory> directories, IConfiguration configuration, IOptions<EventLogOptions> log, IOptions<DiskOptions> options,
        Readiness readiness, TimeProvider time, ILogger<DiskHealth> logger)
        : this(
            [.. directories.Select(static directory => directory.Path), .. EventLogFactory.ResolveEngine(configuration) == EventLogOptions
                .Embedded ? [log.Value.Directory] : Array.Empty<string>()],
            options.Value, readiness, time, logger, SpaceOf)
    {
    }

    internal DiskHealth(
        string[] directories,
        DiskOptions options,
        Readiness readiness,
        TimeProvider time,
        ILogger<DiskHealth> logger,
        Func<string, DiskSpace?> space) =>
        (_directories, _options, _readiness, _time, _logger, _space) = ([.. directories.Select(Path.GetFullPath).Distinct()
            .Order(StringComparer.Ordinal)], options, readiness, time, logger, space);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Look();
            await Task.Delay(Interval, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Look()
    {
        var low = _directories.Select(directory => (Directory: directory, Space: _space(directory)))
            .Where(one => one.Space is { } space && space.Free < ReserveOf(space)).ToList();
        if (low.Count == 0)
        {
            if (_readiness.Recover(Component))
                _logger.LogWarning("The disk has space again");
            return;
        }
        var reason = string.Join(" ", low.GroupBy(static one => one.Space!.Value)
            .Select(static disk => Describe(string.Join(", ", disk.Select(static one => one.Directory)), disk.Key)));
        if (_readiness.Degrade(
            Component,
            reason,
            "Free space there; for the log, lower Log:MaxBytes or set Log:MaxAge. What was refused meanwhile is taken again by itself."))
        {
            _logger.LogWarning("A disk gets full: {Reason}", reason);
        }
    }

    private long ReserveOf(DiskSpace space) => _options.MinFreeBytes ?? Math.Min(MostReserve, space.Total / ReserveShare);

    private static string Describe(string directory, DiskSpace space) => string.Create(
        CultureInfo.InvariantCulture, $"The disk of {directory} has {space.Free / 1048576.0:N1} of {space.Total / 1048576.0:N1} MiB left{(space.Free == 0 ? ": it is full" : "; when it is full, writes are refused")}.");

    /// <summary>Null where it cannot be told.</summary>
    private static DiskSpace? SpaceOf(string directory)
    {
        try
        {
            while (!Directory.Exists(directory) && Path.GetDirectoryName(directory) is { } parent)
                directory = parent;
            var drive = new DriveInfo(directory);
            return new(drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
