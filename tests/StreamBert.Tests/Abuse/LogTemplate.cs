using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Log.Embedded.Files;
using StreamBert.Streaming.Log.Embedded.Repair;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.Tests.Abuse;

/// <summary>
/// Contains the files of a log with records of many sizes, consumer groups and deleted records, and its expected content.
/// </summary>
internal sealed class LogTemplate : IDisposable
{
    public static readonly FakeTimeProvider Time = new(new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private static readonly string[] Names = [LogFiles.DatabaseName, LogFiles.WalName, LogFiles.CommitsName];

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"streambert-damage-{Guid.NewGuid():N}");

    public Dictionary<RecordPosition, string> Records { get; } = [];
    public IReadOnlyList<PartitionInfo> Partitions { get; private set; } = [];
    public IReadOnlyList<PartitionLag> Lags { get; private set; } = [];

    /// <summary>The newest image of the page of each record that fits on one page.</summary>
    public Dictionary<RecordPosition, PageImage> Pages { get; } = [];

    public static EmbeddedEventLog Open(string directory, bool checks = true) => EmbeddedEventLog.Open(
        new()
        {
            Directory = directory,
            OpenCheckTimeout = checks ? TimeSpan.FromDays(1) : TimeSpan.Zero
        }, Time, NullLogger<EmbeddedEventLog>.Instance);

    public static string Format(LogRecord record) =>
        $"{Hex(record.Key)} {Hex(record.Value)} {record.Timestamp:O} {record.ReceivedAt:O} "
            + $"{string.Join(',', record.Headers.Select(static h => $"{h.Key}={Hex(h.Value)}"))}";

    public static async Task<LogTemplate> CreateAsync(bool killed)
    {
        var template = new LogTemplate();
        var live = Path.Combine(template._directory, "live");
        await using var log = Open(live);
        await log.CreateTopicsAsync([new("texts", 3), new("predictions", 2), new("audit", 1, MaxBytes: 20_000)], default);
        await FillAsync(log, 1);
        await log.SweepAsync(default);
        if (killed)
        {
            // The content of the WAL so far is moved into the database; the rest is in the WAL when the process is killed.
            await log.DisposeAsync();
            var reopened = Open(live);
            await FillAsync(reopened, 2);
            await template.ReadContentAsync(reopened);
            template.CopyFiles(live);
            await reopened.DisposeAsync();
            return template;
        }
        await template.ReadContentAsync(log);
        await log.DisposeAsync();
        template.CopyFiles(live);
        return template;
    }

    /// <summary>Creates a copy of the files with one of them damaged.</summary>
    public DamagedLog Damage(string file, bool cut, int seed)
    {
        var copy = Path.Combine(_directory, $"copy-{Guid.NewGuid():N}");
        Directory.CreateDirectory(copy);
        foreach (var name in Names.Where(name => File.Exists(Path.Combine(_directory, name))))
            File.Copy(Path.Combine(_directory, name), Path.Combine(copy, name));
        var (path, random) = (Path.Combine(copy, file), new Random(seed));
        using (var damaged = File.Open(path, FileMode.Open))
        {
            var at = random.NextInt64(damaged.Length);
            if (cut)
            {
                damaged.SetLength(at);
            }
            else
            {
                damaged.Position = at;
                var was = damaged.ReadByte();
                damaged.Position = at;
                damaged.WriteByte((byte)(was ^ random.Next(1, 256)));
            }
            return new(
                this,
                copy,
                $"{file} {(cut ? "cut" : "changed")} at {at} (seed {seed})",
                cut ? at : null,
                file,
                checks: seed % 2 == 0);
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static async Task FillAsync(EmbeddedEventLog log, int seed)
    {
        var random = new Random(seed);
        await using var reader = await log.JoinAsync("group", ["texts"], default);
        for (var i = 0; i < 40; i++)
        {
            await log.AppendAsync(
                [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => New("texts", random)), New("audit", random)],
                default);
            if (i % 3 == 2)
                await reader.CommitAsync(await reader.ReadAsync(random.Next(1, 5), default), [New("predictions", random)], default);
        }
    }

    private static NewRecord New(string topic, Random random)
    {
        var value = new byte[random.Next(5) == 0 ? random.Next(3_000, 20_000) : random.Next(0, 700)];
        random.NextBytes(value);
        return new(
            topic,
            random.Next(3) == 0 ? null : Encoding.UTF8.GetBytes($"key-{random.Next(100)}"),
            random.Next(20) == 0 ? null : value,
            Time.GetUtcNow().AddMilliseconds(random.Next(100_000)))
        {
            Headers = random.Next(2) == 0
                ? new Dictionary<string, byte[]> { ["type"] = [1, 2, 3], ["n"] = BitConverter.GetBytes(random.Next()) }
                : new(),
        };
    }

    private async Task ReadContentAsync(EmbeddedEventLog log)
    {
        Partitions = await log.DescribeAsync(null, default);
        Lags = await log.LagAsync("group", ["texts"], default);
        foreach (var topic in new[] { "texts", "predictions", "audit" })
        {
            await foreach (var record in log.ReadToEndAsync(topic, null, default))
                Records[record.Position] = Format(record);
        }
    }

    private void CopyFiles(string live)
    {
        foreach (var name in Names.Where(name => File.Exists(Path.Combine(live, name))))
            File.Copy(Path.Combine(live, name), Path.Combine(_directory, name));
        using var images = new PageImages(Path.Combine(_directory, LogFiles.DatabaseName), Path.Combine(_directory, LogFiles.WalName));
        var partitions = RecoveredCatalog.Read(images, default).All<PartitionEntry>()
            .ToDictionary(static p => EntryId.PartitionOf(p.Id), static p => p.Entry);
        foreach (var image in images.All().Where(image => images.Newest(image.Page) == image))
        {
            foreach (var row in new CellScanner(images).Rows(
                image,
                [8],
                static row => row.Listed && row.Columns[5] is null or byte[] { Length: < 3_500 }))
            {
                if (partitions.TryGetValue(LogSchema.Partition(row.RowId), out var partition))
                    Pages[new(partition.Topic, partition.Number, LogSchema.Offset(row.RowId))] = image;
            }
        }
    }

    private static string Hex(byte[]? bytes) => bytes is null ? "null" : Convert.ToHexString(bytes);
}
