using System.Reactive.Subjects;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Composition;
using StreamBert.Privacy;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Monitoring.Worker;

/// <summary>
/// The monitor since a checkpoint: takes records, and gives everything that follows from them, the next checkpoint included. When a commit
/// is refused the session is dropped as a whole and another one opened from the last checkpoint.
/// </summary>
public sealed class MonitorSession : IDisposable
{
    /// <summary>As it reports records that it cannot use.</summary>
    public const string Reader = "monitoring";

    private static readonly byte[] StateKey = Encoding.UTF8.GetBytes("monitoring");

    private readonly PipelineCatalog _catalog;
    private readonly MonitoringOptions _options;
    private readonly PrivacyFilter _guard;
    private readonly StreamMonitor _monitor;
    private readonly Dictionary<string, EventTimeUpdated> _eventTimes;
    private readonly Subject<MonitorInput> _inputs = new();
    private readonly List<MonitorOutput> _outputs = [];
    private readonly Dictionary<string, long> _skipped = [];
    private readonly List<(LogRecord Record, RecordFault Fault)> _unusable = [];
    private readonly IDisposable _watching;
    private long _taken, _duplicates, _lost;

    /// <param name="generation">The assignment of the reader under which it is opened.</param>
    /// <param name="predictionPartitions">Partitions of the predictions topic; 0 if not known.</param>
    public MonitorSession(
        PipelineCatalog catalog,
        MonitoringOptions options,
        MonitorState state,
        PrivacyFilter guard,
        int generation = 0,
        int predictionPartitions = 0)
    {
        (Generation, _catalog, _options, _guard) = (generation, catalog, options, guard);
        _monitor = new(catalog.All, options, state);
        _monitor.Inputs.PredictionPartitions = predictionPartitions;
        _eventTimes = _monitor.Pipelines.ToDictionary(static pipeline => pipeline.Key, static pipeline => pipeline.Value.EventTime);
        _watching = _monitor.Watch(_inputs).Subscribe(_outputs.Add);
    }

    /// <summary>The assignment of the reader under which it was opened.</summary>
    public int Generation { get; }

    /// <summary>Partition (<c>topic/partition</c>) → offset of the next record to take.</summary>
    public IReadOnlyDictionary<string, long> Next => _monitor.State.Next;

    /// <summary>Whether progress waits for predictions that have not been read.</summary>
    public bool IsWaiting => _monitor.Inputs.IsWaiting;

    /// <summary>Predictions since the last commit that were not counted, because one of the same text was.</summary>
    public long Duplicates => _monitor.Inputs.Duplicates - _duplicates;

    /// <summary>Predictions since the last commit that the log does not hold any more.</summary>
    public long Lost => _monitor.Inputs.Lost - _lost;

    /// <summary>Takes records, in their order.</summary>
    public void Take(IEnumerable<MonitorRecord> records)
    {
        foreach (var read in records)
        {
            var partition = Place(read.Record.Position);
            if (read.Record.Position.Offset < _monitor.State.Next.GetValueOrDefault(partition))
                continue; // in the checkpoint already
            _monitor.State.Next[partition] = read.Record.Position.Offset + 1;
            Take(read);
        }
    }

    /// <summary>How a partition is named in <see cref="Next"/>.</summary>
    public static string Place(RecordPosition position) => $"{position.Topic}/{position.Partition}";

    /// <summary>Stops waiting for predictions that the log does not hold any more: everything it holds has been read.</summary>
    public void Exhaust() => _inputs.OnNext(new PredictionsExhausted());

    /// <summary>
    /// Everything that follows from what was taken since the last commit: trends, alerts, event times, and the checkpoint.
    /// </summary>
    public IReadOnlyList<NewRecord> Pending(DateTimeOffset now) =>
    [
        .. _outputs.Select(Record),
        .. _unusable.Select(unusable => DeadLetterFactory.Create(unusable.Record, unusable.Fault, _guard, _catalog.Limits, now)),
        .. ChangedEventTimes().Select(changed => Record(Topics.EventTime, changed.Pipeline, changed, now) with { Partition = 0 }),
        new(Topics.MonitorState, StateKey, _monitor.State.ToBytes(), now) { Partition = 0, Headers = EventRecord.HeadersFor<MonitorState>() },
    ];

    /// <summary>What was pending is committed: counts it and begins anew.</summary>
    public void Committed(DateTimeOffset now, MonitoringMetrics metrics, UnusableRecords faults)
    {
        foreach (var (record, fault) in _unusable)
            faults.Report(Reader, record.Position, fault, "It is in no trend and goes to the dead letters; the records behind it go on.");
        foreach (var failure in _monitor.Failures)
        {
            faults.Report(
                Reader,
                new(failure.Origin.Topic, failure.Origin.Partition, failure.Origin.Offset),
                failure.Fault,
                "It is left out; everything else is counted and judged.");
        }

        metrics.Predictions(_taken);
        metrics.Duplicates(Duplicates);
        metrics.Lost(Lost);
        metrics.Said(_outputs);
        foreach (var (reason, count) in _skipped)
            metrics.Skipped(reason, count);
        foreach (var changed in ChangedEventTimes())
        {
            var before = _eventTimes[changed.Pipeline];
            metrics.Late(changed.Pipeline, changed.Late - before.Late, changed.TooLate - before.TooLate);
            metrics.Untracked(changed.Pipeline, changed.Untracked - before.Untracked);
            _eventTimes[changed.Pipeline] = changed;
        }
        foreach (var (name, pipeline) in _monitor.Pipelines.Where(static pipeline => pipeline.Value.Watermark > DateTimeOffset.MinValue))
            metrics.WatermarkLag(name, now - pipeline.Watermark);
        Forget();
    }

    /// <summary>Begins anew without telling what was pending: it was told before.</summary>
    public void Forget()
    {
        (_taken, _duplicates, _lost) = (0, _monitor.Inputs.Duplicates, _monitor.Inputs.Lost);
        _outputs.Clear();
        _skipped.Clear();
        _unusable.Clear();
        _monitor.Failures.Clear();
    }

    public void Dispose()
    {
        _watching.Dispose();
        _inputs.Dispose();
    }

    private void Take(MonitorRecord read)
    {
        if (read.Fault is { } fault)
            Refuse(read, fault);
        else if (read.Progress is { } progress)
            _inputs.OnNext(new ProgressSeen(progress));
        else
            TakePrediction(read.Prediction!, read.Record.Position.Partition);
    }

    private void Refuse(MonitorRecord read, RecordFault fault)
    {
        Skip(read.Record.Position.Topic == Topics.Progress ? "not-progress" : "not-a-prediction");
        _unusable.Add((read.Record, fault));
        if (read.Origin is { } origin)
            _inputs.OnNext(new PredictionRefused(origin));
    }

    private void TakePrediction(TextClassified prediction, int partition)
    {
        if (Topics.IsInteractive(prediction.Origin.Topic) && !(_options.IncludeInteractive && prediction.Origin.Topic == Topics.Interactive))
        {
            Skip("interactive");
            return;
        }
        if (_catalog.Find(prediction.Pipeline) is null)
            Skip("unknown-pipeline"); // its step waits for it all the same
        else
            _taken++;
        _inputs.OnNext(new PredictionSeen(prediction, partition));
    }

    private List<EventTimeUpdated> ChangedEventTimes() => [.. _monitor.Pipelines.Values.Select(static pipeline => pipeline.EventTime)
        .Where(now => _eventTimes[now.Pipeline] is var before
            && (now.Watermark, now.Late, now.TooLate, now.Untracked, now.ClockSkew.Values.Sum()) != (before.Watermark, before
                .Late, before.TooLate, before.Untracked, before.ClockSkew.Values.Sum()))];

    private void Skip(string reason) => _skipped[reason] = _skipped.GetValueOrDefault(reason) + 1;

    private static NewRecord Record(MonitorOutput output) => output switch
    {
        { Trend: { } trend } => Record(Topics.Trends, trend.Series.Pipeline, trend, trend.Window.End),
        { Raised: { } raised } => Record(Topics.Alerts, raised.Fingerprint, raised, raised.RaisedAt),
        { Resolved: { } resolved } => Record(Topics.Alerts, resolved.Fingerprint, resolved, resolved.ResolvedAt),
        _ => throw new InvalidOperationException("An output says nothing."),
    };

    private static NewRecord Record<T>(string topic, string key, T value, DateTimeOffset timestamp) =>
        EventRecord.Create(topic, key, value, timestamp);
}
