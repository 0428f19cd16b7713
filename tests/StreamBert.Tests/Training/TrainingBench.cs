using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Model.Datasets;
using StreamBert.Model.Packages;
using StreamBert.Privacy;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting.Provisioning;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Supervision;
using StreamBert.Tests.Privacy;
using StreamBert.Tests.Streaming.Models;
using StreamBert.Tests.Streaming.Schemas;
using StreamBert.Training;
using StreamBert.Training.Datasets;
using StreamBert.Training.Gates;
using StreamBert.Training.Registry;
using StreamBert.Training.Requests;
using StreamBert.Training.Rollout;
using StreamBert.Training.Runs;
using StreamBert.Training.Triggers;

namespace StreamBert.Tests.Training;

/// <summary>Creates trainers on an embedded log with a tiny model, in a temporary folder.</summary>
internal sealed class TrainingBench : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streambert-training-");
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _feedbackCount;

    /// <summary>Whether runs may fail; otherwise a logged error fails the test at once.</summary>
    public bool ToleratesFailures { get; set; }

    public TrainingBench(params PipelineOptions[] pipelines)
    {
        Pipelines = new(pipelines.Length > 0 ? pipelines : [new() { Name = "news", Heads = ["sentiment", "topic"] }]);
        Log = EmbeddedEventLog.Open(
            new() { Directory = Path.Combine(_folder.FullName, "log") },
            TimeProvider.System,
            NullLogger<EmbeddedEventLog>.Instance);
        Directories = new(Path.Combine(_folder.FullName, "models"), Path.Combine(_folder.FullName, "shipped"));
        TinyModel.Save(ShippedDirectory, "default-v1");
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;
    public static DateTimeOffset Start { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public PipelineCatalog Pipelines { get; }
    public EmbeddedEventLog Log { get; }
    public ModelDirectory Directories { get; private set; }
    public ModelRegistry Registry => new(Directories, TestStores.None);
    public Readiness Readiness { get; } = new();
    public string ShippedDirectory => Path.Combine(_folder.FullName, "shipped", "default");

    public TrainingOptions Options { get; } =
        new() { MinimumFeedback = 100, FeedbackDebounce = TimeSpan.Zero, Epochs = 60, LearningRate = 3e-3 };

    /// <summary>Moves the registry to another directory, where runs may fail.</summary>
    public void KeepModelsIn(string root)
    {
        Directories = new(root, Path.Combine(_folder.FullName, "shipped"));
        ToleratesFailures = true;
    }

    /// <summary>Gives the shipped model an anchor; call this before a trainer starts.</summary>
    public void SetAnchor(IReadOnlyList<AnchorText> anchor) => ModelPackage.WriteAnchor(ShippedDirectory, anchor);

    public static async Task<TrainingBench> CreateAsync(params PipelineOptions[] pipelines)
    {
        var bench = new TrainingBench(pipelines);
        await bench.Log.CreateTopicsAsync(TopicPlan.For(bench.Pipelines, new() { Partitions = 2 }), Cancellation);
        return bench;
    }

    public SubjectKeys Keys => field ??= TestKeys.In(Path.Combine(_folder.FullName, "keys"));
    public SubjectVault Vault => new(Keys);
    private PrivacyFilter Guard => new(Pipelines, Keys);

    public FeedbackReader FeedbackReader => CreateFeedbackReader(Log, NullLogger<FeedbackReader>.Instance);

    public ExcludedAnnotators ExcludedAnnotators => field ??= new(Log, Guard);

    public PendingWork Pending => field ??= new(ExcludedAnnotators);

    public FeedbackAdmission CreateAdmission(IEventLog? log = null) => new(
        log ?? Log, BatchReader, CreateChecker(log ?? Log, new(log ?? Log)), Pipelines, Pending);

    public PendingWorkReader CreatePendingWorkReader()
    {
        var histories = new ModelHistories(Log);
        return new(Log, BatchReader, CreateChecker(Log, histories), histories, Pipelines, Pending);
    }

    private BacklogBatchReader BatchReader =>
        new(Pipelines, Guard, Vault, new(NullLogger<UnusableRecords>.Instance), TimeProvider.System);

    /// <summary>Creates a trainer as a new process would: it shares only the files with an earlier one.</summary>
    /// <param name="log">The log, if it is not <see cref="Log"/>.</param>
    /// <param name="time">The time of the triggers and of the worker; default: that of the system.</param>
    public TrainingWorker CreateTrainer(IEventLog? log = null, TimeProvider? time = null)
    {
        var (trainerLog, options, clock) = (log ?? Log, Microsoft.Extensions.Options.Options.Create(Options), time ?? TimeProvider.System);
        var supervisor = new Supervisor(TimeProvider.System, Logger<Supervisor>());
        var run = new TrainingRun(
            trainerLog, Directories, new(Registry, supervisor, Readiness),
            CreateFeedbackReader(trainerLog, Logger<FeedbackReader>()), new(trainerLog, Pipelines, Vault),
            new(new(Directories.Datasets, Keys), Pipelines, Guard, TimeProvider.System), options,
            TimeProvider.System, Logger<TrainingRun>());
        var runs = new BackgroundRuns(trainerLog, run, options, clock, Logger<BackgroundRuns>());
        var excluded = new ExcludedAnnotators(trainerLog, Guard);
        var (histories, pending, attempts) = (
            new ModelHistories(trainerLog), new PendingWork(excluded), new RunAttempts(options, Readiness, TimeProvider.System));
        var checker = CreateChecker(trainerLog, histories);
        var promoter = new ModelPromoter(trainerLog, Directories, TimeProvider.System);
        var rollouts = new RolloutRecords(Options.Rollout, clock);
        var handler = new ModelRequestHandler(Pipelines, Directories, promoter, rollouts, TimeProvider.System);
        var trials = new TrialReader(
            trainerLog, Vault, Guard, new(trainerLog, Pipelines, Guard, Vault, TestSchemas.None), Options.Rollout);
        var triggers = new RunTriggers(
            pending, excluded, new(options, clock), new(trainerLog, Pipelines), histories, Pipelines, options);
        return new(
            trainerLog, new(trainerLog, BatchReader, checker, Pipelines, pending), triggers,
            new(trainerLog, BatchReader, checker, histories, Pipelines, pending),
            new(trainerLog, handler, Registry, histories, BatchReader, pending, runs, clock, Logger<RequestDecider>()), runs,
            new(trainerLog, options, rollouts, histories, Registry, Pipelines, pending, attempts, clock, Logger<RunCompletion>()),
            attempts, histories,
            new(trainerLog, histories, promoter, rollouts, trials, Options.Rollout, Pipelines, clock, Logger<RolloutController>()),
            Directories, new(trainerLog, Pipelines, Directories, new(Registry, supervisor, Readiness)),
            new(trainerLog, Pipelines, Directories, TimeProvider.System), options, new(), supervisor, clock, Logger<TrainingWorker>());
    }

    private FeedbackChecker CreateChecker(IEventLog log, ModelHistories histories) => new(
        Pipelines, new(log, Guard, Vault), new(log, Pipelines, Guard, Vault, TestSchemas.None), histories, Directories);

    /// <summary>Appends feedback that a model can learn: one word determines the label.</summary>
    public Task GiveFeedbackAsync(int count) => AppendAsync(Enumerable.Range(0, count).Select(_ => LearnableFeedback(_feedbackCount++)));

    public static FeedbackReceived LearnableFeedback(int n) => Feedback(
        $"v{n}", (n % 3) switch { 0 => "bad", 1 => "plain", _ => "good" } + $" report n{n % 100} n{n / 100}", TinyModel.Sentiments[
            n % 3], n);

    /// <summary>Returns the withdrawal of feedback.</summary>
    public static FeedbackWithdrawn Withdrawal(FeedbackReceived feedback, int second = 0) => new()
    {
        Id = feedback.Id,
        Pipeline = feedback.Pipeline,
        Head = feedback.Head,
        Annotator = feedback.Annotator,
        OccurredAt = feedback.OccurredAt.AddSeconds(second),
    };

    public static FeedbackReceived Feedback(
        string id,
        string? text,
        string label,
        int second = 0,
        string head = "sentiment",
        RecordPosition? origin = null) => new()
        {
            Id = id,
            Pipeline = "news",
            Head = head,
            Label = label,
            OccurredAt = Start.AddSeconds(second),
            Text = text,
            Origin = origin,
        };

    /// <summary>Creates the event of a candidate that was trained.</summary>
    /// <param name="version">The version.</param>
    /// <param name="gain">The outcome of the gate that requires a gain.</param>
    public static ModelTrained Candidate(string version, string gain) => new()
    {
        Model = "default",
        Version = version,
        TrainedAt = Start,
        TrainingSeconds = 1,
        FeedbackCount = 1,
        ReplayCount = 1,
        Candidate = [],
        Accepted = false,
        Gates = [],
        GateResults = [new() { Gate = Gate.Gain, Outcome = gain, Text = gain }],
    };

    public Task<IReadOnlyList<RecordPosition>> AppendAsync<T>(IEnumerable<T> events, string topic = Topics.Feedback) => Log.AppendAsync(
        [.. events.Select(e => EventRecord.Create(topic, e, Start))], Cancellation);

    /// <summary>Returns the events of runs on the models topic, as soon as there are <paramref name="count"/>.</summary>
    public async Task<IReadOnlyList<object>> ModelEventsAsync(int count)
    {
        var coming = FirstModelEventsAsync(count);
        await await Task.WhenAny(coming, _failure.Task);
        return await coming;
    }

    private async Task<IReadOnlyList<object>> FirstModelEventsAsync(int count)
    {
        var events = new List<object>();
        await foreach (var records in Log.TailAsync(Topics.Models, new Dictionary<int, long>(), Cancellation))
        {
            events.AddRange(records.Select(static r => ModelHistory.ReadEvent(r)!).Where(BelongsToRun));
            if (events.Count >= count)
                break;
            if (events is [.., ModelTrained { Accepted: false } rejected])
                Assert.Fail(string.Join('\n', rejected.Gates));
        }
        return events;
    }

    /// <summary>Returns the current events of runs on the models topic.</summary>
    public async Task<IReadOnlyList<object>> ModelEventsAsync()
    {
        var events = new List<object>();
        await foreach (var record in Log.ReadToEndAsync(Topics.Models, null, Cancellation))
            events.Add(ModelHistory.ReadEvent(record)!);
        return [.. events.Where(BelongsToRun)];
    }

    /// <summary>Whether an event belongs to a run, and is not the announcement of a shipped package.</summary>
    private static bool BelongsToRun(object read) =>
        read is ModelTrained { TrainingSeconds: not 0 } or ModelPromoted or ModelProfiled or ModelRolledBack or RolloutChanged;

    /// <summary>Returns the reports of runs in a state, as soon as there is one.</summary>
    public async Task<IReadOnlyList<TrainingReported>> ReportsAsync(string state)
    {
        await foreach (var records in Log.TailAsync(Topics.Models, new Dictionary<int, long>(), Cancellation))
        {
            var reports = records.Select(static record => ModelHistory.ReadEvent(record)).OfType<TrainingReported>();
            if (reports.Where(report => report.State == state).ToList() is { Count: > 0 } found)
                return found;
        }
        return [];
    }

    /// <summary>Returns the dead letters.</summary>
    public async Task<IReadOnlyList<DeadLettered>> DeadLettersAsync()
    {
        var letters = new List<DeadLettered>();
        await foreach (var letter in Log.ReadToEndAsync(Topics.DeadLetter, null, Cancellation))
            letters.Add(Wire.Deserialize<DeadLettered>(letter.Value));
        return letters;
    }

    /// <summary>Completes with the next optimiser step that any trainer reports.</summary>
    public static async Task FirstStepAsync()
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "streambert.training.step")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((_, _, _, _) => seen.TrySetResult());
        listener.Start();
        await seen.Task.WaitAsync(Cancellation);
    }

    public async Task<long> LagAsync()
        => (await Log.LagAsync(ConsumerGroups.Training, [Topics.Feedback], Cancellation)).Sum(static p => p.Lag);

    private FeedbackReader CreateFeedbackReader(IEventLog log, ILogger<FeedbackReader> logger) =>
        new(log, Pipelines, new(log, Guard, Vault), new(log, Pipelines, Guard, Vault, TestSchemas.None), Vault, logger);

    private ErrorCallbackLogger<T> Logger<T>() => new(Fail);

    private void Fail(Exception error)
    {
        if (!ToleratesFailures)
            _failure.TrySetException(error);
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
