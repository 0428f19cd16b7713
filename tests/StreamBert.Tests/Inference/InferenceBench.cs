using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Inference;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Consuming;
using StreamBert.Inference.Serving;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Concurrency;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting.Provisioning;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Schemas;
using StreamBert.Streaming.Supervision;
using StreamBert.Tests.Privacy;
using StreamBert.Tests.Streaming.Schemas;

namespace StreamBert.Tests.Inference;

/// <summary>
/// Runs the consumer loops of the service with a model that the test chooses, on an embedded log in a temporary folder or on a given log.
/// </summary>
internal sealed class InferenceBench : IAsyncDisposable
{
    public static readonly DateTimeOffset EventTime = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-inference-").FullName;
    private readonly InferenceOptions _options;
    private readonly Readiness _readiness = new();

    public InferenceBench(
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
        Supervisor = new(TimeProvider.System, NullLogger<Supervisor>.Instance, _readiness);
        Server = new("default", model, _options, TimeProvider.System, _readiness, Supervisor);
    }

    public IEventLog Log { get; }
    public PipelineCatalog Pipelines { get; }
    public ModelServer Server { get; }
    public ByteBudget Budget => Loops.MemoryBudget;
    public UnusableRecords Faults { get; } = new(NullLogger<UnusableRecords>.Instance);

    public SubjectKeys Keys => field ??= TestKeys.In(Path.Combine(_directory, "keys"));
    public SubjectVault Vault => new(Keys);

    /// <summary>The schema decoder; without a schema registry unless a test sets one.</summary>
    public SchemaDecoder Schemas { get => field ??= TestSchemas.None; init; }

    public Supervisor Supervisor { get; }

    private ConsumerLoopFactory Loops => field ??= new(
        Log, Pipelines, new(Pipelines, Keys), Vault, Schemas, Faults, Options.Create(_options), _readiness, Supervisor, TimeProvider.System,
        NullLoggerFactory.Instance);

    private string[] Inputs => [.. Pipelines.All.SelectMany(static pipeline => pipeline.Inputs)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task CreateTopicsAsync(int partitions = 2) =>
        Log.CreateTopicsAsync(TopicPlan.For(Pipelines, new() { Partitions = partitions }), Cancellation);

    /// <summary>Starts the loop of the bulk or the interactive consumer group.</summary>
    public RunningLoop Start(Priority priority = Priority.Bulk)
    {
        var servers = new Dictionary<string, ModelServer> { [Server.Name] = Server };
        return new(priority == Priority.Bulk ? Loops.CreateBulk(Inputs, servers) : Loops.CreateInteractive(servers));
    }

    public Task<IReadOnlyList<RecordPosition>> AppendAsync(params IReadOnlyList<NewRecord> records) =>
        Log.AppendAsync(records, Cancellation);

    public static NewRecord Text(string id, string text, string? subject = null, string topic = "texts.news") =>
        new(
            topic,
            Encoding.UTF8.GetBytes(subject ?? id),
            Wire.Serialize(new TextReceived { Id = id, Text = text, Subject = subject, OccurredAt = EventTime }),
            EventTime);

    /// <summary>Waits for a number of records on a topic and returns them.</summary>
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

    /// <summary>Returns the current number of records on a topic.</summary>
    public async Task<long> CountAsync(string topic) => (await Log.DescribeAsync([topic], Cancellation)).Sum(static p => p.End - p.Begin);

    public async Task<long> LagAsync() =>
        (await Log.LagAsync(ConsumerGroups.Inference, Inputs, Cancellation)).Sum(static partition => partition.Lag);

    public async ValueTask DisposeAsync()
    {
        Server.Dispose();
        Budget.Dispose();
        Keys.Dispose();
        await Log.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A consumer loop that runs until it is stopped or disposed.</summary>
    internal sealed class RunningLoop : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _loop;

        public RunningLoop(ConsumerLoop loop) => _loop = Task.Run(() => loop.RunAsync(_stop.Token));

        /// <summary>Stops as a host does: in-flight records are classified and committed.</summary>
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
