using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Model.Datasets;
using StreamBert.Model.Packages;
using StreamBert.Model.Training;
using StreamBert.Privacy;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting.Provisioning;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Models;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Schemas;
using StreamBert.Streaming.Supervision;
using StreamBert.Training;
using StreamBert.Training.Datasets;
using StreamBert.Training.Registry;
using StreamBert.Training.Runs;
using StreamBert.Training.Triggers;

namespace StreamBert.Benchmarks.Learning;

/// <summary>The runs of the training service on an embedded log in a temporary directory, which feedback is appended to.</summary>
internal sealed class LearningRuns : IAsyncDisposable
{
    public const string Pipeline = "texts";
    private const string Model = "model";

    private readonly string _folder = Directory.CreateTempSubdirectory("streambert-learning-").FullName;
    private readonly TrainingOptions _options;
    private readonly PipelineCatalog _pipelines;
    private readonly EmbeddedEventLog _log;
    private readonly ModelDirectory _models;
    private readonly TrainingRun _run;

    private LearningRuns(string head, TrainingOptions options)
    {
        _options = options;
        var pipelines = _pipelines = new([new() { Name = Pipeline, Model = Model, Heads = [head] }]);
        _log = EmbeddedEventLog.Open(
            new() { Directory = Path.Combine(_folder, "log") }, TimeProvider.System, NullLogger<EmbeddedEventLog>.Instance);
        _models = new(Path.Combine(_folder, "models"), Path.Combine(_folder, "shipped"));
        var keys = new SubjectKeys(Options.Create(new SubjectKeyOptions { Directory = Path.Combine(_folder, "keys") }));
        var (vault, privacy) = (new SubjectVault(keys), new PrivacyFilter(pipelines, keys));
        var schemas = new SchemaDecoder(
            Options.Create(new SchemaRegistryOptions()), new(), TimeProvider.System, NullLogger<SchemaDecoder>.Instance);
        var resolver = new FeedbackTextResolver(_log, pipelines, privacy, vault, schemas);
        var reader = new FeedbackReader(
            _log, pipelines, new(_log, privacy, vault), resolver, vault, NullLogger<FeedbackReader>.Instance);
        _run = new(
            _log, _models, new(new(_models, CreateStore()), new(TimeProvider.System, NullLogger<Supervisor>.Instance), new()), reader,
            new(_log, pipelines, vault), new(new(_models.Datasets, keys), pipelines, privacy, TimeProvider.System), Options.Create(options),
            TimeProvider.System, NullLogger<TrainingRun>.Instance);
    }

    /// <summary>Creates an empty log, and a model with an anchor that serves first.</summary>
    /// <param name="package">The directory of the model to start from.</param>
    /// <param name="anchor">The texts of its anchor.</param>
    /// <param name="head">The head that the feedback is on.</param>
    /// <param name="options">The options of training.</param>
    public static async Task<LearningRuns> CreateAsync(
        string package, IReadOnlyList<AnchorText> anchor, string head, TrainingOptions options, CancellationToken cancellation)
    {
        var runs = new LearningRuns(head, options);
        var shipped = Path.Combine(runs._folder, "shipped", Model);
        ModelPackage.Copy(package, shipped, $"{Model}-v1");
        ModelPackage.WriteAnchor(shipped, anchor);
        await runs._log.CreateTopicsAsync(TopicPlan.For(runs._pipelines, new() { Partitions = 1 }), cancellation);
        return runs;
    }

    public Task GiveAsync(IEnumerable<FeedbackReceived> feedback, CancellationToken cancellation) => _log.AppendAsync(
        [.. feedback.Select(static record => EventRecord.Create(Topics.Feedback, record, record.OccurredAt))], cancellation);

    /// <summary>Returns the number of new feedback records that start the next run.</summary>
    public async Task<int> FindThresholdAsync(CancellationToken cancellation) =>
        FeedbackThreshold.Of(_options.MinimumFeedback, await ModelHistory.ReadAsync(_log, Model, cancellation));

    /// <summary>Trains and judges a candidate; it serves from now on if it was accepted.</summary>
    public async Task<ModelTrained> TrainAsync(CancellationToken cancellation)
    {
        var due = new DueRun(Model, TrainingCauses.Request, "benchmark", []);
        var result = await _run.RunAsync(due, new NoProgress(), cancellation)
            ?? throw new InvalidOperationException("The run has found no feedback.");
        await _log.AppendAsync(result.Records, cancellation);
        return result.Trained;
    }

    /// <summary>Returns the directory of a version that was trained.</summary>
    public string Resolve(string version) => _models.Resolve(ModelDirectory.NameOf(Model, version));

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Creates the store of a registry that is only a directory.</summary>
    private static ModelStore CreateStore() => new(new(), new(ModelPackage.ReadBaseName, ModelPackage.Verify), TimeProvider.System);

    private sealed class NoProgress : IRunProgress
    {
        public void Report(TrainingProgress value)
        {
        }

        public void Report(string value)
        {
        }
    }
}
