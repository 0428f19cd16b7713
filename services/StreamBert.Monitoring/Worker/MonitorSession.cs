using System.Reactive.Subjects;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Composition;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Monitoring.Worker;

/// <summary>
/// The monitor since a checkpoint: takes records, and gives everything that follows from them, the next checkpoint included. When a commit
/// is refused the session is dropped as a whole and another one opened from the last checkpoint.
/// </summary>
public sealed class MonitorSession : IDisposable
{
    private static readonly byte[] StateKey = Encoding.UTF8.GetBytes("monitoring");

    private readonly PipelineCatalog _catalog;
    private readonly MonitoringOptions _options;
    private readonly StreamMonitor _monitor;
    private readonly Dictionary<string, EventTimeUpdated> _eventTimes;
    private readonly Subject<MonitorInput> _inputs = new();
    private readonly List<MonitorOutput> _outputs = [];
    private readonly Dictionary<string, long> _skipped = [];
    private readonly IDisposable _watching;
    private long _taken, _duplicates, _lost;

    /// <param name="generation">The assignment of the reader under which it is opened.</param>
    /// <param name="predictionPartitions">Partitions of the predictions topic; 0 if not known.</param>
    public MonitorSession(PipelineCatalog catalog, MonitoringOptions options, MonitorState state, int generation = 0, int predictionPartitions = 0)
    {
        (Generation, _catalog, _options) = (generation, catalog, options);
        _monitor = new(catalog.All, options, state);
        _monitor.Inputs.PredictionPartitions = predictionPartitions;
        _eventTimes = _monitor.Pipelines.ToDictionary(static pipeline => pipeline.Key, static pipeline => pipeline.Value.EventTime);
        _watching = _monitor.Watch(_inputs).Subscribe(_outputs.Add);
    }

    /// <summary>The assignment of the reader under which it was opened.</summary>
    public int Generation { get; }

    /// <summary>Whether progress waits for predictions that have not been read.</summary>
    public bool IsWaiting => _monitor.Inputs.IsWaiting;

    /// <summary>Predictions since the last commit that were not counted, because one of the same text was.</summary>
    public long Duplicates => _monitor.Inputs.Duplicates - _duplicates;

    /// <summary>Predictions since the last commit that the log does not hold any more.</summary>
    public long Lost => _monitor.Inputs.Lost - _lost;

    /// <summary>Takes a batch.</summary>
    /// <param name="faulty">Told the position and fault of each record that cannot be read.</param>
    public void Take(ReadBatch batch, Action<LogPosition, string> faulty)
    {
        foreach (var record in batch.Records)
        {
            var partition = $"{record.Position.Topic}/{record.Position.Partition}";
            if (record.Position.Offset < _monitor.State.Next.GetValueOrDefault(partition))
                continue; // in the checkpoint already
            _monitor.State.Next[partition] = record.Position.Offset + 1;
            if (record.Position.Topic == Topics.Progress)
                TakeProgress(record, faulty);
            else
                TakePrediction(record, faulty);
        }
    }

    /// <summary>Stops waiting for predictions that the log does not hold any more: everything it holds has been read.</summary>
    public void Exhaust() => _inputs.OnNext(new PredictionsExhausted());

    /// <summary>Everything that follows from what was taken since the last commit: trends, alerts, event times, and the checkpoint.</summary>
    public IReadOnlyList<NewRecord> Pending(DateTimeOffset now) =>
    [
        .. _outputs.Select(Record),
        .. ChangedEventTimes().Select(changed => Record(Topics.EventTime, changed.Pipeline, changed, now) with { Partition = 0 }),
        new(Topics.MonitorState, StateKey, _monitor.State.ToBytes(), now) { Partition = 0, Headers = Wire.HeadersFor<MonitorState>() },
    ];

    /// <summary>What was pending is committed: counts it and begins anew.</summary>
    public void Committed(DateTimeOffset now, MonitoringMetrics metrics)
    {
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
            _eventTimes[changed.Pipeline] = changed;
        }
        foreach (var (name, pipeline) in _monitor.Pipelines.Where(static pipeline => pipeline.Value.Watermark > DateTimeOffset.MinValue))
            metrics.WatermarkLag(name, now - pipeline.Watermark);
        (_taken, _duplicates, _lost) = (0, _monitor.Inputs.Duplicates, _monitor.Inputs.Lost);
        _outputs.Clear();
        _skipped.Clear();
    }

    public void Dispose()
    {
        _watching.Dispose();
        _inputs.Dispose();
    }

    private void TakeProgress(LogRecord record, Action<LogPosition, string> faulty)
    {
        if (Intake.ReadProgress(record, out var progress) is { } fault)
        {
            Skip("not-progress");
            faulty(record.Position, fault);
        }
        else
            _inputs.OnNext(new ProgressSeen(progress));
    }

    private void TakePrediction(LogRecord record, Action<LogPosition, string> faulty)
    {
        if (Intake.Read(record, out var prediction) is { } fault)
        {
            Skip("not-a-prediction");
            faulty(record.Position, fault);
        }
        else if (Topics.IsAwaited(prediction.Origin.Topic) && !(_options.IncludeInteractive && prediction.Origin.Topic == Topics.Interactive))
            Skip("interactive");
        else
        {
            if (_catalog.Find(prediction.Pipeline) is null)
                Skip("unknown-pipeline"); // its step waits for it all the same
            else
                _taken++;
            _inputs.OnNext(new PredictionSeen(prediction, record.Position.Partition));
        }
    }

    private List<EventTimeUpdated> ChangedEventTimes() => [.. _monitor.Pipelines.Values.Select(static pipeline => pipeline.EventTime)
        .Where(now => _eventTimes[now.Pipeline] is var before
            && (now.Watermark, now.Late, now.TooLate, now.ClockSkew.Values.Sum()) != (before.Watermark, before.Late, before.TooLate, before.ClockSkew.Values.Sum()))];

    private void Skip(string reason) => _skipped[reason] = _skipped.GetValueOrDefault(reason) + 1;

    private static NewRecord Record(MonitorOutput output) => output switch
    {
        { Trend: { } trend } => Record(Topics.Trends, trend.Series.Pipeline, trend, trend.Window.End),
        { Raised: { } raised } => Record(Topics.Alerts, raised.Fingerprint, raised, raised.RaisedAt),
        { Resolved: { } resolved } => Record(Topics.Alerts, resolved.Fingerprint, resolved, resolved.ResolvedAt),
        _ => throw new InvalidOperationException("An output says nothing."),
    };

    private static NewRecord Record<T>(string topic, string key, T value, DateTimeOffset timestamp) =>
        new(topic, Encoding.UTF8.GetBytes(key), Wire.Serialize(value), timestamp) { Headers = Wire.HeadersFor<T>() };
}
