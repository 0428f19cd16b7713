using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Analysis;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Supervision;
using StreamBert.Tests.Privacy;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Monitoring;

/// <summary>Runs the worker on the embedded log: it commits every output exactly once.</summary>
public sealed class MonitoringWorkerTests : IAsyncDisposable
{
    private const int Partitions = 4, Inputs = 3, ReadSize = 30;
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-monitoring").FullName;
    private readonly EmbeddedEventLog _log;
    private readonly PipelineCatalog _catalog = new([SyntheticStream.Pipeline]);

    public MonitoringWorkerTests() =>
        _log = EmbeddedEventLog.Open(new() { Directory = _directory }, TimeProvider.System, NullLogger<EmbeddedEventLog>.Instance);

    [Fact]
    public async Task Predictions_become_trends_and_alerts_and_the_group_has_read_them_all()
    {
        var texts = await AppendAsync(Surge());
        using var worker = await StartAsync();
        await UntilReadAsync(texts);
        await worker.StopAsync(Cancellation);

        Assert.All(
            await _log.LagAsync(ConsumerGroups.Monitoring, [Topics.Predictions], Cancellation),
            static partition => Assert.Equal(0, partition.Lag));
        Assert.Contains(await RaisedAsync(), alert => alert is { Kind: AlertKinds.NegativeSurge, Series.Segment: "topic=Macro" });
        Assert.Contains(await ResolvedAsync(), static alert => alert.Kind == AlertKinds.NegativeSurge);
        Assert.Equal(texts - Open(await StateAsync()), (await TrendsAsync()).Where(IsWhole).Sum(static trend => trend.Count));
    }

    [Fact]
    public async Task A_monitor_that_is_stopped_repeatedly_commits_every_output_once()
    {
        var texts = await AppendAsync(Surge());
        for (var stops = 0; stops < 5; stops++)
        {
            using var stopped = await StartAsync(batch: 300);
            await UntilReadAsync(400 * (stops + 1));
            await stopped.StopAsync(Cancellation);
        }
        using var worker = await StartAsync();
        await UntilReadAsync(texts);
        await worker.StopAsync(Cancellation);

        await AssertCommittedOnceAsync(texts);
    }

    [Fact]
    public async Task A_monitor_that_is_killed_fifty_times_among_late_texts_commits_the_same_bytes_as_an_uninterrupted_one()
    {
        var random = new Random(50);
        List<(TextClassified Text, int Partition, DateTimeOffset ArrivesAt)> texts = [.. Unfair().Select(text =>
            random.Next(25) == 0
                ? text with { ArrivesAt = text.ArrivesAt.AddSeconds(random.Next(3, 120)) }
                : text).OrderBy(static text => text.ArrivesAt)];
        var count = await AppendAsync(texts);
        for (var kill = 0; kill < 50; kill++)
        {
            await using var crashing = new CrashingLog(_log, afterTheCommit: random.Next(2) == 0, commits: random.Next(1, 3));
            using var killed = Worker(crashing, batch: random.Next(10, 110));
            await killed.StartAsync(Cancellation);
            await Task.WhenAny(crashing.Crashed, killed.ExecuteTask!);
            await killed.StopAsync(Cancellation);
        }
        using var last = await StartAsync(batch: 300);
        await UntilReadAsync(count);
        await last.StopAsync(Cancellation);

        await using var through = new MonitoringWorkerTests();
        await through.AppendAsync(texts);
        using var undisturbed = await through.StartAsync();
        await through.UntilReadAsync(count);
        await undisturbed.StopAsync(Cancellation);
        Assert.Contains(await RaisedAsync(), static alert => alert.Kind == AlertKinds.Fairness);
        Assert.Contains(await TrendsAsync(), static trend => trend.Revision > 0);
        foreach (var topic in (string[])[Topics.Trends, Topics.Alerts])
            Assert.Equal(await through.BytesAsync(topic), await BytesAsync(topic));
    }

    [Fact]
    public async Task Of_two_monitors_one_is_on_standby_and_continues_from_the_checkpoint_when_the_other_stops()
    {
        var texts = await AppendAsync(Surge());
        using var first = await StartAsync(batch: 200);
        using var second = await StartAsync(batch: 200);
        await UntilReadAsync(400);
        await first.StopAsync(Cancellation);
        await UntilReadAsync(texts);
        await second.StopAsync(Cancellation);

        await AssertCommittedOnceAsync(texts);
    }

    [Fact]
    public async Task Redelivered_and_partially_written_reads_change_no_window_and_no_alert()
    {
        var texts = Surge().ToList();
        var delivered = await AppendRedeliveredAsync(texts, new Random(5));
        using (var stopped = await StartAsync(batch: 300))
        {
            await UntilReadAsync(delivered / 2);
            await stopped.StopAsync(Cancellation);
        }
        using var worker = await StartAsync(batch: 300);
        await UntilReadAsync(delivered);
        await worker.StopAsync(Cancellation);

        Assert.True(delivered > texts.Count * 5 / 4);
        await AssertCommittedOnceAsync(texts.Count);
        var (windows, alerts) = (LastRevisions(await TrendsAsync()), (await RaisedAsync()).Select(static alert => alert.Fingerprint));
        await using var once = new MonitoringWorkerTests();
        await once.AppendAsync(texts);
        using var undisturbed = await once.StartAsync(batch: 300);
        await once.UntilReadAsync(texts.Count);
        await undisturbed.StopAsync(Cancellation);
        Assert.Equal(LastRevisions(await once.TrendsAsync()), windows);
        Assert.Equal((await once.RaisedAsync()).Select(static alert => alert.Fingerprint), alerts);
    }

    [Fact]
    public async Task A_record_that_is_no_prediction_does_not_stop_the_monitor()
    {
        await CreateTopicsAsync();
        await _log.AppendAsync([new(Topics.Predictions, null, Encoding.UTF8.GetBytes("not json"), SyntheticStream
            .Start), new(Topics.Predictions, null, null, SyntheticStream.Start)], Cancellation);
        var texts = await AppendAsync(new SyntheticStream(2).Play(40));
        using var worker = await StartAsync();

        await UntilReadAsync(texts + 2);
        await worker.StopAsync(Cancellation);

        Assert.NotEmpty(await TrendsAsync());
    }

    [Fact]
    public async Task An_unreadable_checkpoint_is_skipped()
    {
        await CreateTopicsAsync();
        await _log.AppendAsync([new(Topics.MonitorState, null, [1, 2, 3], SyntheticStream.Start) { Partition = 0 }], Cancellation);
        var texts = await AppendAsync(new SyntheticStream(2).Play(40));
        using var worker = await StartAsync();

        await UntilReadAsync(texts);
        await worker.StopAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static IEnumerable<(TextClassified Text, int Partition, DateTimeOffset ArrivesAt)> Surge() =>
        new SyntheticStream(6) { Negative = static (time, topic, _) => time is >= 80 and < 120 && topic == "Macro" ? 0.8 : 0.2 }.Play(160);

    private static IEnumerable<(TextClassified Text, int Partition, DateTimeOffset ArrivesAt)> Unfair() => new SyntheticStream(9)
    {
        Negative = static (time, topic, region) => time >= 60 && region == "south"
            ? 0.6
            : time is >= 130 and < 160 && topic == "Macro" ? 0.8 : 0.2,
    }.Play(220);

    private static IEnumerable<string> LastRevisions(IEnumerable<TrendUpdated> trends) => trends
        .GroupBy(static trend => (trend.Series, trend.Window))
        .Select(static revisions => revisions.MaxBy(static trend => trend.Revision)!)
        .OrderBy(static trend => trend.Window.Start).ThenBy(static trend => trend.Series.Head, StringComparer
            .Ordinal).ThenBy(static trend => trend.Series.Segment, StringComparer.Ordinal)
        .Select(static trend => $"{trend.Series} {trend.Window} {trend.Count} {Labels(trend)} {trend.MeanConfidence:f9}");

    private static string Labels(TrendUpdated trend) =>
        string.Join(' ', trend.Labels.OrderBy(static label => label.Key, StringComparer.Ordinal));

    private async Task AssertCommittedOnceAsync(int texts)
    {
        var trends = await TrendsAsync();
        Assert.Equal(trends.Count, trends.DistinctBy(static trend => (trend.Series, trend.Window, trend.Revision)).Count());
        // A window that a late text corrects is told again as a whole; its last revision counts.
        var windows = trends.Where(IsWhole).GroupBy(static trend => trend.Window)
            .Select(static revisions => revisions.MaxBy(static trend => trend.Revision)!);
        Assert.Equal(texts - Open(await StateAsync()), windows.Sum(static trend => trend.Count));
        Assert.Single(await RaisedAsync());
        Assert.Equal((await RaisedAsync()).Select(static alert => alert.Id), (await ResolvedAsync()).Select(static alert => alert.Id));
    }

    private static bool IsWhole(TrendUpdated trend) => trend.Series is { Head: "sentiment", Segment: SeriesKey.All };

    private static long Open(MonitorState state) => state.Pipelines["financial-news"].Windows.Open.Sum(static window => window.Count);

    private Task CreateTopicsAsync() => _log.CreateTopicsAsync(
        [new(Topics.Predictions, Partitions), .. new[] {
            Topics.Progress,
            Topics.Trends,
            Topics.EventTime,
            Topics.Alerts,
            Topics.MonitorState,
            Topics.DeadLetter }.Select(static topic => new TopicSpec(topic, 1))], Cancellation);

    /// <summary>
    /// Appends the steps of a worker that reads 30 texts at a time; each text is of another partition of the input than of the predictions.
    /// </summary>
    private async Task<int> AppendAsync(IEnumerable<(TextClassified Text, int Partition, DateTimeOffset ArrivesAt)> texts)
    {
        await CreateTopicsAsync();
        var (count, feed) = (0, new InputFeed(Inputs));
        foreach (var read in texts.Chunk(ReadSize))
        {
            var placed = read.Select(text => text with { Text = feed.Place(text.Text, Input(text.Text)) }).ToList();
            await _log.AppendAsync([.. placed.Select(Prediction), Progress(feed, placed)], Cancellation);
            count += read.Length;
        }
        return count;
    }

    /// <summary>
    /// Reads that are delivered again: of some a part is written at first, of some all of it, but the commit that moves the group fails.
    /// </summary>
    private async Task<int> AppendRedeliveredAsync(
        IEnumerable<(TextClassified Text, int Partition, DateTimeOffset ArrivesAt)> texts,
        Random random)
    {
        await CreateTopicsAsync();
        var (count, feed) = (0, new InputFeed(Inputs));
        foreach (var read in texts.Chunk(ReadSize))
        {
            var placed = read.Select(text => text with { Text = feed.Place(text.Text, Input(text.Text)) }).ToList();
            for (var failures = random.Next(3); failures > 0; failures--)
            {
                var written = random.NextDouble() < 0.3 ? 1 : random.NextDouble();
                NewRecord[] some = [.. placed.Where(_ => random.NextDouble() < written).Select(Prediction), .. written < 1
                    ? []
                    : new[] { Progress(feed, placed) }];
                await _log.AppendAsync(some, Cancellation);
                count += some.Count(static record => record.Topic == Topics.Predictions);
            }
            await _log.AppendAsync([.. placed.Select(Prediction), Progress(feed, placed)], Cancellation);
            count += read.Length;
        }
        return count;
    }

    private static int Input(TextClassified text) => text.Text!.Length % Inputs;

    private static NewRecord Prediction((TextClassified Text, int Partition, DateTimeOffset ArrivesAt) text) =>
        new(Topics.Predictions, null, Wire.Serialize(text.Text), text.Text.OccurredAt) { Partition = text.Partition };

    private static NewRecord Progress(
        InputFeed feed,
        IReadOnlyList<(TextClassified Text, int Partition, DateTimeOffset ArrivesAt)> texts) =>
        new(
            Topics.Progress,
            null,
            Wire.Serialize(feed.Progress([.. texts.Select(static text => text.Text)], texts[^1].ArrivesAt)),
            texts[^1].ArrivesAt)
        { Partition = 0 };

    private async Task<MonitoringWorker> StartAsync(int batch = 5000)
    {
        var worker = Worker(_log, batch);
        await worker.StartAsync(Cancellation);
        return worker;
    }

    private MonitoringWorker Worker(IEventLog log, int batch) => new(
        log, _catalog, Options.Create(new MonitoringOptions { CommitInterval = TimeSpan.FromMilliseconds(1), ReadBatchSize = batch }),
        new(_catalog, TestKeys.None), new(), new(NullLogger<UnusableRecords>.Instance), new(),
        new(TimeProvider.System, NullLogger<Supervisor>.Instance), TimeProvider.System, NullLogger<MonitoringWorker>.Instance);

    private async Task<List<string>> BytesAsync(string topic)
    {
        List<string> values = [];
        await foreach (var record in _log.ReadToEndAsync(topic, null, Cancellation))
            values.Add(Encoding.UTF8.GetString(record.Value!));
        return values;
    }

    /// <summary>
    /// Waits until a checkpoint holds that many predictions, and all progress records once it holds every prediction: without them texts
    /// wait for their watermark.
    /// </summary>
    private async Task UntilReadAsync(int predictions)
    {
        var isAll = predictions >= await EndAsync(Topics.Predictions);
        var progress = isAll ? await EndAsync(Topics.Progress) : 0;
        await foreach (var batch in _log.TailAsync(Topics.MonitorState, new Dictionary<int, long>(), Cancellation))
        {
            foreach (var record in batch)
            {
                if (TryRead(record.Value!) is { } state && Next(state, Topics.Predictions) >= predictions
                    && Next(state, Topics.Progress) >= progress)
                {
                    return;
                }
            }
        }
    }

    private async Task<long> EndAsync(string topic)
        => (await _log.DescribeAsync([topic], Cancellation)).Sum(static partition => partition.End);

    private static long Next(MonitorState state, string topic) =>
        state.NextOffsets.Where(part => part.Key.StartsWith(topic, StringComparison.Ordinal)).Sum(static part => part.Value);

    private static MonitorState? TryRead(byte[] bytes)
    {
        try
        {
            return MonitorState.FromBytes(bytes);
        }
        catch (InvalidDataException)
        {
            return null; // a test puts one there
        }
    }

    private async Task<MonitorState> StateAsync()
        => MonitorState.FromBytes((await _log.FetchLastAsync(Topics.MonitorState, 0, Cancellation))!.Value!);

    private async Task<List<TrendUpdated>> TrendsAsync() => await ReadAsync<TrendUpdated>(Topics.Trends);

    private async Task<List<AlertRaised>> RaisedAsync() => await ReadAsync<AlertRaised>(Topics.Alerts);

    private async Task<List<AlertResolved>> ResolvedAsync() => await ReadAsync<AlertResolved>(Topics.Alerts);

    private async Task<List<T>> ReadAsync<T>(string topic)
    {
        List<T> events = [];
        await foreach (var record in _log.ReadToEndAsync(topic, null, Cancellation))
        {
            if (Encoding.UTF8.GetString(record.Headers[RecordHeaders.Type]) == typeof(T).Name)
                events.Add(Wire.Deserialize<T>(record.Value));
        }
        return events;
    }
}
