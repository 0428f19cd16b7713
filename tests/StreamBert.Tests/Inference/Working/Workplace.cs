using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Inference;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Serving;
using StreamBert.Inference.Working;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Privacy;
using StreamBert.Streaming.Privacy.Keys;
using StreamBert.Streaming.Schemas;
using StreamBert.Tests.Streaming.Privacy;
using StreamBert.Tests.Streaming.Schemas;

namespace StreamBert.Tests.Inference.Working;

/// <summary>
/// The service's loops on a real embedded log in a folder of its own, or on the log given, with a model of the test's choice.
/// </summary>
internal sealed class Workplace : IAsyncDisposable
{
    public static readonly DateTimeOffset EventTime = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-inference-").FullName;
    private readonly InferenceOptions _options;
    private readonly Readiness _readiness = new();

    public Workplace(
        ServedModel model,
        IReadOnlyList<PipelineOptions>? pipelines = null,
        InferenceOptions? options = null,
        IEventLog? log = null,
        Func<IEventLog, IEventLog>? reading = null)
    {
        _options = options ?? new() { Replicas = 2, ReadSize = 16, RetryDelay = TimeSpan.FromMilliseconds(1) };
        Pipelines = new(pipelines ?? [new() { Name = "news", Heads = ["sentiment"] }]);
        Log = log ?? EmbeddedEventLog.Open(new() { Directory = _directory }, TimeProvider.System, NullLogger<EmbeddedEventLog>.Instance);
        Log = reading?.Invoke(Log) ?? Log;
        Budget = new(_options.MaxInFlightBytes);
        Server = new("default", model, _options, TimeProvider.System, _readiness, NullLogger.Instance);
    }

    public IEventLog Log { get; }
    public PipelineCatalog Pipelines { get; }
    public ModelServer Server { get; }
    public ByteBudget Budget { get; }
    public FaultyRecords Faults { get; } = new(NullLogger<FaultyRecords>.Instance);

    public SubjectKeys Keys => field ??= TestKeys.In(Path.Combine(_directory, "keys"));
    public SubjectVault Vault => new(Keys);

    /// <summary>Without a registry, unless a test sets another.</summary>
    public SchemaDecoder Schemas { get => field ??= TestSchemas.None; init; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task CreateTopicsAsync(int partitions = 2) =>
        Log.CreateTopicsAsync(TopicPlan.For(Pipelines, new() { Partitions = partitions }), Cancellation);

    /// <summary>Starts a reader of the bulk or the interactive group.</summary>
    public Running Start(Lane lane = Lane.Bulk)
    {
        var servers = new Dictionary<string, ModelServer> { [Server.Name] = Server };
        string[] topics = lane == Lane.Bulk ? [.. Pipelines.All.SelectMany(static p => p.Inputs)] : [Topics.Interactive];
        var group = lane == Lane.Bulk ? InferenceService.BulkGroup : InferenceService.InteractiveGroup;
        return new(new GroupLoop(
            Log, group, topics,
            new Intake(
                Pipelines,
                servers,
                new(Pipelines, Keys),
                Vault,
                lane,
                _options,
                TimeProvider.System,
                Budget,
                Schemas,
                Faults), new Outputs(new(Pipelines, Keys), Pipelines.Limits, TimeProvider.System, lane),
            new(Log, group, topics, Pipelines, _options.ProgressInterval, TimeProvider.System), _options, _readiness, TimeProvider
                .System, NullLogger<GroupLoop>.Instance));
    }

    public Task<IReadOnlyList<LogPosition>> AppendAsync(params IReadOnlyList<NewRecord> records) => Log.AppendAsync(records, Cancellation);

    public static NewRecord Text(string id, string text, string? subject = null, string topic = "texts.news") =>
        new(
            topic,
            Encoding.UTF8.GetBytes(subject ?? id),
            Wire.Serialize(new TextReceived { Id = id, Text = text, Subject = subject, OccurredAt = EventTime }),
            EventTime);

    /// <summary>Waits for as many records on a topic and returns them.</summary>
    public async Task<List<LogRecord>> TakeAsync(string topic, int count)
    {
        var records = new List<LogRecord>();
        await foreach (var batch in Log.TailAsync(topic, new Dictionary<int, long>(), Cancellation))
        {
            records.AddRange(batch);
            if (records.Count >= count)
                break;
        }
        return records;
    }

    public async Task<List<TextClassified>> PredictionsAsync(int count) =>
        [.. (await TakeAsync(Topics.Predictions, count)).Select(static record => Wire.Deserialize<TextClassified>(record.Value))];

    public async Task<List<DeadLettered>> DeadLettersAsync(int count) =>
        [.. (await TakeAsync(Topics.DeadLetter, count)).Select(static record => Wire.Deserialize<DeadLettered>(record.Value))];

    /// <summary>Records on a topic now.</summary>
    public async Task<long> CountAsync(string topic) => (await Log.DescribeAsync([topic], Cancellation)).Sum(static p => p.End - p.Begin);

    public async Task<long> LagAsync() =>
        (await Log.LagAsync(InferenceService.BulkGroup, [.. Pipelines.All.SelectMany(static p => p.Inputs)], Cancellation)).Sum(
            static p => p.Lag);

    public async ValueTask DisposeAsync()
    {
        Server.Dispose();
        Budget.Dispose();
        Keys.Dispose();
        await Log.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A loop at work.</summary>
    internal sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _loop;

        public Running(GroupLoop loop) => _loop = Task.Run(() => loop.RunAsync(_stop.Token));

        /// <summary>Stops as a host would: what is in flight is finished and committed.</summary>
        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _loop;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stop.Dispose();
        }
    }
}
