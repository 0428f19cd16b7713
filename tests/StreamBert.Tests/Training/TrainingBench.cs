using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting.Provisioning;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Pipelines;
using StreamBert.Tests.Privacy;
using StreamBert.Tests.Streaming.Schemas;
using StreamBert.Training;
using StreamBert.Training.Datasets;
using StreamBert.Training.Registry;
using StreamBert.Training.Runs;

namespace StreamBert.Tests.Training;

/// <summary>The trainer's real parts on a real embedded log and a tiny real model, in a folder of their own.</summary>
internal sealed class TrainingBench : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streambert-training-");
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _verdicts;
    private bool _toleratesFailures;

    public TrainingBench(params PipelineOptions[] pipelines)
    {
        Pipelines = new(pipelines.Length > 0 ? pipelines : [new() { Name = "news", Heads = ["sentiment", "topic"] }]);
        Log = EmbeddedEventLog.Open(
            new() { Directory = Path.Combine(_folder.FullName, "log") },
            TimeProvider.System,
            NullLogger<EmbeddedEventLog>.Instance);
        Directories = new(Path.Combine(_folder.FullName, "models"), Path.Combine(_folder.FullName, "shipped"));
        TinyModel.Save(Path.Combine(_folder.FullName, "shipped", "default"), "default-v1");
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;
    public static DateTimeOffset Start { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public PipelineCatalog Pipelines { get; }
    public EmbeddedEventLog Log { get; }
    public ModelDirectory Directories { get; private set; }
    public Readiness Readiness { get; } = new();
    public TrainingMetrics Metrics { get; } = new();

    public TrainingOptions Options { get; } = new() { MinimumFeedback = 100, Settle = TimeSpan.Zero, Epochs = 60, LearningRate = 3e-3 };

    /// <summary>Keeps the registry elsewhere, where runs may fail.</summary>
    public void KeepModelsIn(string root)
    {
        Directories = new(root, Path.Combine(_folder.FullName, "shipped"));
        _toleratesFailures = true;
    }

    public static async Task<TrainingBench> CreateAsync(params PipelineOptions[] pipelines)
    {
        var bench = new TrainingBench(pipelines);
        await bench.Log.CreateTopicsAsync(TopicPlan.For(bench.Pipelines, new() { Partitions = 2 }), Cancellation);
        return bench;
    }

    public SubjectKeys Keys => field ??= TestKeys.In(Path.Combine(_folder.FullName, "keys"));
    public SubjectVault Vault => new(Keys);
    private PrivacyFilter Guard => new(Pipelines, TestKeys.None);

    public FeedbackArchive Archive
        => new(Log, Pipelines, new(Log, Pipelines, Guard, Vault, TestSchemas.None), Vault, Metrics, NullLogger<FeedbackArchive>.Instance);

    public Inbox Inbox
        => new(Pipelines, Guard, Vault, Metrics, new(NullLogger<UnusableRecords>.Instance), TimeProvider.System, NullLogger<Inbox>.Instance);

    /// <summary>A trainer as a process of its own would be: nothing of an earlier one but what is on disk.</summary>
    public TrainingWorker Trainer(IEventLog? log = null)
    {
        var (seen, options) = (log ?? Log, Microsoft.Extensions.Options.Options.Create(Options));
        var archive = new FeedbackArchive(
            seen,
            Pipelines,
            new(seen, Pipelines, Guard, Vault, TestSchemas.None),
            Vault,
            Metrics,
            new TestLog<FeedbackArchive>(Fail));
        var run = new TrainingRun(
            seen,
            Directories,
            archive,
            new(seen, Pipelines, Vault),
            options,
            Metrics,
            TimeProvider.System,
            new TestLog<TrainingRun>(Fail));
        var runs = new BackgroundRuns(seen, run, options, Metrics, Readiness, TimeProvider.System, new TestLog<BackgroundRuns>(Fail));
        var rollback = new Rollback(seen, Directories, TimeProvider.System, new TestLog<Rollback>(Fail));
        return new(
            seen,
            Inbox,
            runs,
            rollback,
            Directories,
            new(seen, Pipelines, Directories, TimeProvider.System),
            options,
            Metrics,
            new(),
            TimeProvider.System,
            new TestLog<TrainingWorker>(Fail));
    }

    /// <summary>Verdicts that a model can learn: one word decides.</summary>
    public Task GiveVerdictsAsync(int count) => AppendAsync(Enumerable.Range(0, count).Select(_ => LearnableVerdict(_verdicts++)));

    public static FeedbackReceived LearnableVerdict(int n) => Verdict(
        $"v{n}", (n % 3) switch { 0 => "bad", 1 => "plain", _ => "good" } + $" report n{n % 100} n{n / 100}", TinyModel.Sentiments[
            n % 3], n);

    public static FeedbackReceived Verdict(
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

    public Task<IReadOnlyList<RecordPosition>> AppendAsync<T>(IEnumerable<T> events, string topic = Topics.Feedback) => Log.AppendAsync(
        [.. events.Select(e => EventRecord.Create(topic, e, Start))], Cancellation);

    /// <summary>The events on the models topic, as soon as there are <paramref name="count"/>.</summary>
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
            events.AddRange(records.Select(static r => ModelHistory.Event(r)!).Where(IsOfARun));
            if (events.Count >= count)
                break;
            if (events is [.., ModelTrained { Accepted: false } rejected])
                Assert.Fail(string.Join('\n', rejected.Gates));
        }
        return events;
    }

    /// <summary>The events that stand on the models topic now.</summary>
    public async Task<IReadOnlyList<object>> ModelEventsAsync()
    {
        var events = new List<object>();
        await foreach (var record in Log.ReadToEndAsync(Topics.Models, null, Cancellation))
            events.Add(ModelHistory.Event(record)!);
        return [.. events.Where(IsOfARun)];
    }

    /// <summary>All but what a trainer tells when it starts: which package serves before anything was trained.</summary>
    private static bool IsOfARun(object read) => read is not ModelTrained { TrainingSeconds: 0 };

    /// <summary>Ends with the first optimiser step that any trainer reports from now on.</summary>
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

    private void Fail(Exception error)
    {
        if (!_toleratesFailures)
            _failure.TrySetException(error);
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
