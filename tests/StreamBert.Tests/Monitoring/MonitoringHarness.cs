using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Checkpoints;
using StreamBert.Monitoring.Sessions;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Supervision;
using StreamBert.Tests.Privacy;
using TimedText = (StreamBert.Contracts.TextClassified Text, int Partition, System.DateTimeOffset ArrivesAt);

namespace StreamBert.Tests.Monitoring;

/// <summary>Runs monitoring workers on an embedded log, appends what Inference would append, and reads what they commit.</summary>
internal sealed class MonitoringHarness : IAsyncDisposable
{
    private const int Partitions = 4, Inputs = 3, ReadSize = 30;
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-monitoring").FullName;
    private readonly PipelineCatalog _catalog = new([SyntheticStream.Pipeline]);
    private readonly InputFeed _feed = new(Inputs);

    public MonitoringHarness() =>
        Log = EmbeddedEventLog.Open(new() { Directory = _directory }, TimeProvider.System, NullLogger<EmbeddedEventLog>.Instance);

    public EmbeddedEventLog Log { get; }

    /// <summary>The time between two checkpoints of the state; zero for one in each commit.</summary>
    public TimeSpan CheckpointInterval { get; init; }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    public static IEnumerable<TimedText> Surge() =>
        new SyntheticStream(6) { Negative = static (time, topic, _) => time is >= 80 and < 120 && topic == "Macro" ? 0.8 : 0.2 }.Play(160);

    public static IEnumerable<TimedText> Unfair(double seconds = 400) => new SyntheticStream(9)
    {
        Negative = static (time, topic, region) => time >= 60 && region == "south"
            ? 0.95
            : time is >= 130 and < 160 && topic == "Macro" ? 0.8 : 0.2,
    }.Play(seconds);

    public static IEnumerable<string> LastRevisions(IEnumerable<TrendUpdated> trends) => trends
        .GroupBy(static trend => (trend.Series, trend.Window))
        .Select(static revisions => revisions.MaxBy(static trend => trend.Revision)!)
        .OrderBy(static trend => trend.Window.Start).ThenBy(static trend => trend.Series.Head, StringComparer.Ordinal)
        .ThenBy(static trend => trend.Series.Segment, StringComparer.Ordinal)
        .Select(static trend => $"{trend.Series} {trend.Window} {trend.Count} {Labels(trend)} {trend.MeanConfidence:f9}");

    private static string Labels(TrendUpdated trend) =>
        string.Join(' ', trend.Labels.OrderBy(static label => label.Key, StringComparer.Ordinal));

    public async Task AssertCommittedOnceAsync(int texts)
    {
        var trends = await TrendsAsync();
        Assert.Equal(trends.Count, trends.DistinctBy(static trend => (trend.Series, trend.Window, trend.Revision)).Count());
        // A window that a late text revises is published again completely; its last revision counts.
        var windows = trends.Where(IsOfAllTexts).GroupBy(static trend => trend.Window)
            .Select(static revisions => revisions.MaxBy(static trend => trend.Revision)!);
        Assert.Equal(texts - CountOpen(await StateAsync()), windows.Sum(static trend => trend.Count));
        Assert.Single(await RaisedAsync());
        Assert.Equal((await RaisedAsync()).Select(static alert => alert.Id), (await ResolvedAsync()).Select(static alert => alert.Id));
    }

    public static bool IsOfAllTexts(TrendUpdated trend) => trend.Series is { Head: "sentiment", Segment: SeriesKey.All };

    public static long CountOpen(MonitorState state) => state.Pipelines["financial-news"].Windows.Open.Sum(static window => window.Count);

    public Task CreateTopicsAsync()
    {
        string[] others =
        [
            Topics.Progress, Topics.Trends, Topics.EventTime, Topics.Fairness, Topics.Accuracy, Topics.Drift, Topics.LabellingSample,
            Topics.Alerts, Topics.Rules, Topics.Feedback, Topics.Models, Topics.MonitorState, Topics.DeadLetter,
        ];
        return Log.CreateTopicsAsync(
            [new(Topics.Predictions, Partitions), .. others.Select(static topic => new TopicSpec(topic, 1))], Cancellation);
    }

    /// <summary>
    /// Appends the steps of a worker that reads 30 texts at a time. The input partition of a text is not that of its prediction.
    /// </summary>
    public async Task<int> AppendAsync(IEnumerable<TimedText> texts)
    {
        await CreateTopicsAsync();
        var count = 0;
        foreach (var read in texts.Chunk(ReadSize))
        {
            var placed = read.Select(text => text with { Text = _feed.Place(text.Text, Input(text.Text)) }).ToList();
            await Log.AppendAsync([.. placed.Select(Prediction), Progress(_feed, placed)], Cancellation);
            count += read.Length;
        }
        return count;
    }

    /// <summary>
    /// Appends steps that are redelivered: before the complete step, parts of it or all of it are appended by attempts whose commit failed.
    /// </summary>
    public async Task<int> AppendRedeliveredAsync(
        IEnumerable<TimedText> texts,
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
                List<NewRecord> some = [.. placed.Where(_ => random.NextDouble() < written).Select(Prediction)];
                if (written >= 1)
                    some.Add(Progress(feed, placed));
                await Log.AppendAsync(some, Cancellation);
                count += some.Count(static record => record.Topic == Topics.Predictions);
            }
            await Log.AppendAsync([.. placed.Select(Prediction), Progress(feed, placed)], Cancellation);
            count += read.Length;
        }
        return count;
    }

    private static int Input(TextClassified text) => text.Text!.Length % Inputs;

    private static NewRecord Prediction(TimedText text) =>
        new(Topics.Predictions, null, Wire.Serialize(text.Text), text.Text.OccurredAt) { Partition = text.Partition };

    private static NewRecord Progress(
        InputFeed feed,
        IReadOnlyList<TimedText> texts) =>
        EventRecord.Create(Topics.Progress, feed.Progress([.. texts.Select(static text => text.Text)], At(texts)), At(texts)) with
        {
            Partition = 0,
        };

    private static DateTimeOffset At(IReadOnlyList<TimedText> texts) => texts[^1].ArrivesAt;

    public async Task<MonitoringWorker> StartAsync(int batch = 5000)
    {
        var worker = Worker(Log, batch);
        await worker.StartAsync(Cancellation);
        return worker;
    }

    public MonitoringWorker Worker(IEventLog log, int batch) => new(
        log, _catalog, Options.Create(new MonitoringOptions
        {
            CommitInterval = TimeSpan.FromMilliseconds(1),
            CheckpointInterval = CheckpointInterval,
            ReadBatchSize = batch,
        }),
        new(_catalog, TestKeys.None), new(), new(NullLogger<UnusableRecords>.Instance), new(),
        new(TimeProvider.System, NullLogger<Supervisor>.Instance), TimeProvider.System, NullLogger<MonitoringWorker>.Instance);

    public async Task<List<string>> BytesAsync(string topic)
    {
        List<string> values = [];
        await foreach (var record in Log.ReadToEndAsync(topic, null, Cancellation))
            values.Add(Encoding.UTF8.GetString(record.Value!));
        return values;
    }

    /// <summary>
    /// Waits until a checkpoint includes that many predictions and, once it includes all of them, all progress records: without these,
    /// texts wait for the watermark.
    /// </summary>
    public async Task UntilReadAsync(int predictions)
    {
        var isAll = predictions >= await EndAsync(Topics.Predictions);
        var progress = isAll ? await EndAsync(Topics.Progress) : 0;
        await foreach (var batch in Log.TailAsync(Topics.MonitorState, new Dictionary<int, long>(), Cancellation))
        {
            foreach (var record in batch)
            {
                if (OffsetsOf(record) is { } next && Next(next, Topics.Predictions) >= predictions
                    && Next(next, Topics.Progress) >= progress)
                {
                    return;
                }
            }
        }
    }

    private async Task<long> EndAsync(string topic) =>
        (await Log.DescribeAsync([topic], Cancellation)).Sum(static partition => partition.End);

    private static long Next(IReadOnlyDictionary<string, long> next, string topic) =>
        next.Where(part => part.Key.StartsWith(topic, StringComparison.Ordinal)).Sum(static part => part.Value);

    private static Dictionary<string, long>? OffsetsOf(LogRecord record) =>
        EventRecord.Is<CommittedOffsets>(record) ? CommittedOffsets.FromBytes(record.Value!).NextOffsets
            : EventRecord.Is<MonitorState>(record) ? OffsetsOf(record.Value!) : null;

    private static Dictionary<string, long>? OffsetsOf(byte[] checkpoint)
    {
        using var json = JsonDocument.Parse(BoundedGzip.Decompress(checkpoint));
        return json.RootElement.GetProperty("nextOffsets").Deserialize<Dictionary<string, long>>();
    }

    public Task<MonitorState> StateAsync() =>
        MonitorStates.RestoreAsync(Log, Cancellation);

    public async Task<List<TrendUpdated>> TrendsAsync() => await ReadAsync<TrendUpdated>(Topics.Trends);

    /// <summary>Returns the alerts as they were raised, without their updates.</summary>
    public async Task<List<AlertRaised>> RaisedAsync() =>
        [.. (await ReadAsync<AlertRaised>(Topics.Alerts)).Where(static alert => alert.UpdatedAt is null)];

    public async Task<List<DeadLettered>> DeadLettersAsync() => await ReadAsync<DeadLettered>(Topics.DeadLetter);

    /// <summary>Appends rules of the pipeline that apply to all windows.</summary>
    public Task ChangeRulesAsync(MonitorRules rules)
    {
        var change = new RulesChanged
        {
            Pipeline = SyntheticStream.Pipeline.Name,
            Rules = rules,
            EffectiveFrom = DateTimeOffset.UnixEpoch,
            ChangedAt = SyntheticStream.Start,
        };
        return Log.AppendAsync([EventRecord.Create(Topics.Rules, change.Pipeline, change, change.ChangedAt)], Cancellation);
    }

    public async Task<List<AlertResolved>> ResolvedAsync() => await ReadAsync<AlertResolved>(Topics.Alerts);

    private async Task<List<T>> ReadAsync<T>(string topic)
    {
        List<T> events = [];
        await foreach (var record in Log.ReadToEndAsync(topic, null, Cancellation))
        {
            if (Encoding.UTF8.GetString(record.Headers[RecordHeaders.Type]) == typeof(T).Name)
                events.Add(Wire.Deserialize<T>(record.Value));
        }
        return events;
    }
}
