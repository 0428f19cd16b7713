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
    /// <summary>The last offsets of a partition may be marks of transactions, which are never delivered.</summary>
    private const int TransactionMarks = 16;

    private static readonly byte[] StateKey = Encoding.UTF8.GetBytes("monitoring");

    private readonly MonitoringOptions _options;
    private readonly StreamMonitor _monitor;
    private readonly Dictionary<string, LiveClock> _clocks;
    private readonly Dictionary<string, (long Corrected, long Dropped)> _late;
    private readonly Subject<MonitorInput> _inputs = new();
    private readonly List<MonitorOutput> _outputs = [];
    private readonly Dictionary<string, long> _skipped = [];
    private readonly Dictionary<int, long> _ends = [];
    private readonly HashSet<int> _behind = [];
    private readonly IDisposable _watching;
    private long _taken;

    public MonitorSession(PipelineCatalog catalog, MonitoringOptions options, MonitorState state, int generation = 0, MonitorSession? before = null)
    {
        Generation = generation;
        _options = options;
        _monitor = new(catalog.All, options, state, _behind);
        _clocks = before?._clocks ?? catalog.All.ToDictionary(pipeline => pipeline.Name,
            pipeline => new LiveClock(options.LiveTolerance, pipeline.Monitor.AllowedLateness + pipeline.Monitor.Window));
        _late = _monitor.Pipelines.ToDictionary(pipeline => pipeline.Key, pipeline => pipeline.Value.Late);
        _watching = _monitor.Watch(_inputs).Subscribe(_outputs.Add);
    }

    /// <summary>The assignment of the reader under which it was opened.</summary>
    public int Generation { get; }

    /// <summary>Whether there is something to tell.</summary>
    public bool HasOutputs => _outputs.Count > 0;

    /// <summary>Predictions since the last commit that were not counted, because one of the same text was.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Told before a batch is read where the partitions end: those with records before that are behind until they are taken.</summary>
    public void Expect(IReadOnlyList<PartitionInfo> partitions)
    {
        foreach (var partition in partitions)
        {
            _ends[partition.Partition] = partition.End;
            NoteProgress(partition.Partition, Math.Max(partition.Begin, _monitor.State.Next.GetValueOrDefault(partition.Partition)));
        }
    }

    /// <summary>Takes a batch.</summary>
    /// <param name="faulty">Told the position and fault of each record that is no prediction.</param>
    public void Take(ReadBatch batch, DateTimeOffset now, Action<LogPosition, string> faulty)
    {
        foreach (var record in batch.Records)
        {
            if (record.Position.Offset < _monitor.State.Next.GetValueOrDefault(record.Position.Partition))
                continue; // in the checkpoint already
            _monitor.State.Next[record.Position.Partition] = record.Position.Offset + 1;
            Take(record, now, faulty);
            NoteProgress(record.Position.Partition, record.Position.Offset + 1);
        }
        foreach (var pipeline in _clocks.Keys)
            _inputs.OnNext(new TimePassed(pipeline, DateTimeOffset.MinValue));
    }

    /// <summary>Lets time pass in the pipelines that are live.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var (pipeline, clock) in _clocks)
        {
            if (clock.Watermark(now) is { } watermark)
                _inputs.OnNext(new TimePassed(pipeline, watermark));
        }
    }

    /// <summary>Everything that follows from what was taken since the last commit: trends, alerts, and the checkpoint.</summary>
    public IReadOnlyList<NewRecord> Pending(DateTimeOffset now) =>
    [
        .. _outputs.Select(Record),
        new(Topics.MonitorState, StateKey, _monitor.State.ToBytes(), now) { Partition = 0, Headers = Wire.HeadersFor<MonitorState>() },
    ];

    /// <summary>What was pending is committed: counts it and begins anew.</summary>
    public void Committed(DateTimeOffset now, MonitoringMetrics metrics)
    {
        metrics.Predictions(_taken);
        metrics.Duplicates(Duplicates);
        metrics.Said(_outputs);
        foreach (var (reason, count) in _skipped)
            metrics.Skipped(reason, count);
        foreach (var (name, pipeline) in _monitor.Pipelines)
        {
            metrics.Late(name, pipeline.Late.Corrected - _late[name].Corrected, pipeline.Late.Dropped - _late[name].Dropped);
            _late[name] = pipeline.Late;
            if (pipeline.Watermark > DateTimeOffset.MinValue)
                metrics.WatermarkLag(name, now - pipeline.Watermark);
        }
        (_taken, Duplicates) = (0, 0);
        _outputs.Clear();
        _skipped.Clear();
    }

    public void Dispose()
    {
        _watching.Dispose();
        _inputs.Dispose();
    }

    private void Take(LogRecord record, DateTimeOffset now, Action<LogPosition, string> faulty)
    {
        if (Intake.Read(record, out var prediction) is { } fault)
        {
            Skip("not-a-prediction");
            faulty(record.Position, fault);
        }
        else if (!_clocks.TryGetValue(prediction.Pipeline, out var clock))
            Skip("unknown-pipeline");
        else if (Topics.IsAwaited(prediction.Origin.Topic) && !_options.IncludeInteractive)
            Skip("interactive");
        else if (prediction.OccurredAt > now + _options.MaxFutureSkew)
            Skip("future");
        else if (!_monitor.State.Seen.Add(record.Position, prediction.Origin))
            Duplicates++;
        else
        {
            _taken++;
            clock.Observe(prediction.OccurredAt, now);
            _inputs.OnNext(new PredictionSeen(prediction, record.Position.Partition));
        }
    }

    private void NoteProgress(int partition, long next)
    {
        if (next + TransactionMarks < _ends.GetValueOrDefault(partition))
            _behind.Add(partition);
        else
            _behind.Remove(partition);
    }

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
