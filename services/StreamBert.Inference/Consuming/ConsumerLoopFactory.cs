using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Outputs;
using StreamBert.Inference.Progress;
using StreamBert.Inference.Records;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Concurrency;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Schemas;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Inference.Consuming;

/// <summary>Creates the loops of the service's consumer groups. All of them share one memory budget.</summary>
internal sealed class ConsumerLoopFactory(
    IEventLog log, PipelineCatalog pipelines, PrivacyFilter privacy, SubjectVault vault, SchemaDecoder schemas, UnusableRecords unusable,
    IOptions<InferenceOptions> options, Readiness readiness, Supervisor supervisor, TimeProvider time, ILoggerFactory loggers)
{
    private readonly InferenceOptions _options = options.Value;

    /// <summary>The bytes of all reads that are not committed yet.</summary>
    public ByteBudget MemoryBudget { get; } = new(options.Value.MaxInFlightBytes);

    /// <summary>Creates the loop that classifies the input topics of pipelines.</summary>
    public ConsumerLoop CreateBulk(IReadOnlyCollection<string> topics, IReadOnlyDictionary<string, ModelServer> servers) =>
        Create(ConsumerGroups.Inference, topics, Priority.Bulk, servers, Progress(ConsumerGroups.Inference, topics));

    /// <summary>Creates the loop that classifies the texts of clients that wait for the prediction.</summary>
    public ConsumerLoop CreateInteractive(IReadOnlyDictionary<string, ModelServer> servers) =>
        Create(
            ConsumerGroups.InferenceInteractive, [Topics.Interactive], Priority.Interactive, servers,
            Progress(ConsumerGroups.InferenceInteractive, [Topics.Interactive]));

    /// <summary>
    /// Creates the loop that explains predictions. It reads one record at a time, so that an explanation does not wait for the next
    /// one.
    /// </summary>
    public ConsumerLoop CreateExplanation(IReadOnlyDictionary<string, ModelServer> servers) =>
        Create(ConsumerGroups.InferenceExplain, [Topics.Explain], Priority.Interactive, servers, null, new(servers, time), readSize: 1);

    /// <summary>Creates the loop that answers tokenization requests.</summary>
    public TokenizationLoop CreateTokenization(IReadOnlyDictionary<string, ModelServer> servers) =>
        new(log, ConsumerGroups.InferenceTokenize, pipelines, servers, privacy, unusable, _options, supervisor, time,
            loggers.CreateLogger<TokenizationLoop>());

    private ConsumerLoop Create(
        string group, IReadOnlyCollection<string> topics, Priority priority, IReadOnlyDictionary<string, ModelServer> servers,
        ProgressReporter? progress, TextExplainer? explainer = null, int? readSize = null)
    {
        var logger = loggers.CreateLogger<ConsumerLoop>();
        var isolation = new FailedReadIsolation();
        var preparer = new RecordPreparer(pipelines, servers, privacy, priority, _options, unusable, time);
        var admission = new RecordAdmission(preparer, servers, vault, schemas, MemoryBudget, priority, _options, time);
        var outputs = new OutputBuilder(new(privacy, priority, time), new(privacy, pipelines.Limits, time), time, explainer);
        return new(
            log, group, topics,
            new(admission, progress, isolation, _options, readSize ?? _options.ReadSize, time),
            new(group, outputs, progress, isolation, _options.RetryDelay, time, logger),
            progress, _options, readiness, supervisor, time, logger);
    }

    private ProgressReporter Progress(string group, IReadOnlyCollection<string> topics) =>
        new(log, group, topics, pipelines, _options.ProgressInterval, time);
}
