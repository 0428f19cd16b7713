using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Log.Embedded.Files;
using StreamBert.Streaming.Log.Embedded.Repair;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.Tests.Abuse;

/// <summary>Represents a damaged copy of a log.</summary>
internal sealed class DamagedLog(LogTemplate template, string directory, string damage, long? cut, string file, bool checks) : IDisposable
{
    /// <returns>The effect of the damage: <c>refused</c>, <c>reported</c> (records are marked), or <c>harmless</c>.</returns>
    public async Task<string> ExamineAsync(CancellationToken cancellation)
    {
        try
        {
            await using var log = LogTemplate.Open(directory, checks);
            var marked = 0;
            Assert.True(template.Partitions.SequenceEqual(await log.DescribeAsync(null, cancellation)), damage);
            Assert.True(template.Lags.SequenceEqual(await log.LagAsync("group", ["texts"], cancellation)), damage);
            var read = await ReadAsync(log, cancellation);
            foreach (var record in read)
            {
                if (record.Damage is null)
                {
                    Assert.True(
                        template.Records.GetValueOrDefault(record.Position) == LogTemplate.Format(record),
                        $"{damage}: {record.Position} is not what was appended.");
                }
                else
                {
                    marked++;
                }
            }

            Assert.True(
                read.Count == template.Records.Count,
                $"{damage}: {template.Records.Count - read.Count} records are lost silently.");
            return marked > 0 ? "reported" : "harmless";
        }
        catch (LogUnavailableException e)
        {
            Assert.True(e.IsDamaged, $"{damage}: {e}");
            Assert.Contains("streambert repair", e.Message, StringComparison.Ordinal);
            return "refused";
        }
    }

    /// <returns>The number of records that could not be recovered.</returns>
    public async Task<int> RepairAsync(CancellationToken cancellation)
    {
        RepairReport report;
        try
        {
            report = await LogRepair.RunAsync(new() { Directory = directory }, LogTemplate.Time, cancellation);
        }
        catch (LogUnavailableException e) when (cut < 3 * LogSchema.PageSize && e.IsDamaged) // nothing was left to recover from
        {
            return template.Records.Count;
        }
        await using var log = LogTemplate.Open(directory);
        await log.CheckAsync(cancellation);
        var (read, lost) = ((await ReadAsync(log, cancellation)).ToDictionary(static r => r.Position), 0);
        foreach (var (position, expected) in template.Records)
        {
            if (read.TryGetValue(position, out var record) && record.Damage is null)
            {
                Assert.True(expected == LogTemplate.Format(record), $"{damage}: after the repair {position} is not what was appended.");
                continue;
            }
            lost++;
            Assert.True(
                record is not null || report.MissingCommits > 0 || report.LostEntries > 0,
                $"{damage}: {position} is lost and not listed.");
            var isListed = report.Lost.Any(range => (range.Topic, range.Partition) == (position.Topic, position.Partition)
                && position.Offset >= range.From && position.Offset < range.To);
            Assert.True(record is null || isListed, $"{damage}: {position} is not listed.");
            var isPageIntact = file == LogFiles.DatabaseName && template.Pages.TryGetValue(position, out var page)
                && (page.Frame >= 0 || page.Page * LogSchema.PageSize <= cut);
            Assert.False(isPageIntact, $"{damage}: {position} was not recovered, although its page is intact.");
        }
        Assert.True(cut is not null || lost <= 1, $"{damage}: one byte cost {lost} records.");
        if (cut is null)
        {
            Assert.True(report.IsComplete == (lost == 0), damage);
            Assert.True(template.Partitions.SequenceEqual(await log.DescribeAsync(null, cancellation)), damage);
            Assert.True(template.Lags.SequenceEqual(await log.LagAsync("group", ["texts"], cancellation)), damage);
        }
        await log.AppendAsync([new NewRecord("texts", null, [1], LogTemplate.Time.GetUtcNow())], cancellation);
        return lost;
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static async Task<List<LogRecord>> ReadAsync(EmbeddedEventLog log, CancellationToken cancellation)
    {
        var records = new List<LogRecord>();
        foreach (var topic in (await log.DescribeAsync(null, cancellation)).Select(static p => p.Topic).Distinct())
        {
            await foreach (var record in log.ReadToEndAsync(topic, null, cancellation))
                records.Add(record);
        }

        return records;
    }
}
