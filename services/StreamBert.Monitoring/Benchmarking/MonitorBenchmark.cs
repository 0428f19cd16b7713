using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Sessions;
using StreamBert.Privacy;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Monitoring.Benchmarking;

/// <summary>
/// Measures the monitor on one thread: from the bytes of predictions to the records to commit, with all detectors. The log itself is not
/// part of it. Times are those of the processor, with garbage collection, so that other programs on the machine do not count.
/// </summary>
public sealed class MonitorBenchmark : IDisposable
{
    private const int BatchTexts = 2000;

    private readonly PredictionLoad _load;
    private readonly MonitorRecordReader _reader;
    private readonly MonitorSession _session;
    private readonly CheckpointSchedule _checkpoints;
    private readonly BusyTime _time = new();
    private TimeSpan _busy, _reading;
    private long _outputs, _alerts, _checkpointBytes;
    private int _series, _stored;

    private MonitorBenchmark(int series, int textsPerWindow)
    {
        _load = new(series, textsPerWindow);
        var catalog = new PipelineCatalog([_load.Pipeline]);
        var privacy = new PrivacyFilter(catalog, new SubjectKeys(Options.Create(new SubjectKeyOptions())));
        var options = new MonitoringOptions { Windows = new() { MaxSegments = Math.Max(200, _load.Segments) } };
        _reader = new(catalog);
        _checkpoints = new(options.CheckpointInterval, _time);
        _session = new(catalog, options, new(), privacy, checkpoints: _checkpoints);
    }

    /// <summary>Runs the monitor over synthetic predictions.</summary>
    /// <param name="series">The number of series.</param>
    /// <param name="predictions">The number of predictions.</param>
    /// <param name="textsPerWindow">The number of texts in a window of one minute.</param>
    /// <param name="cancellation">Cancels the run.</param>
    public static MonitorThroughput Run(int series, long predictions, int textsPerWindow, CancellationToken cancellation)
    {
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        using var run = new MonitorBenchmark(series, textsPerWindow);
        for (var done = 0L; done < predictions; done += BatchTexts)
        {
            cancellation.ThrowIfCancellationRequested();
            run.Process();
        }
        return run.Result(predictions, heap);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void Process()
    {
        var records = _time.Exclude(() => _load.Next(BatchTexts));
        var start = _time.GetTimestamp();
        var read = _reader.Read(records);
        _reading += _time.GetElapsedTime(start);
        _session.Process(read);
        var pending = _session.PendingRecords(_time.GetUtcNow());
        var committed = _session.MarkCommitted().Outputs;
        _busy += _time.GetElapsedTime(start);
        _outputs += pending.Count;
        _alerts += committed.OfType<MonitorOutput.RaisedAlert>().Count();
        if (EventRecord.Is<MonitorState>(pending[^1].Headers))
        {
            _stored++;
            _checkpointBytes += pending.Where(static record => record.Topic == Topics.MonitorState)
                .Sum(static record => record.Value!.Length);
        }
        var windows = committed.OfType<MonitorOutput.Trend>().GroupBy(static trend => trend.Value.Window);
        _series = windows.Select(static window => window.Count()).Append(_series).Max();
    }

    private MonitorThroughput Result(long predictions, long heap) => new()
    {
        Series = _series,
        Predictions = predictions,
        PredictionsPerSecond = predictions / _busy.TotalSeconds,
        IntakeShare = _reading / _busy,
        CheckpointShare = _checkpoints.TotalDuration / _busy,
        Checkpoints = _stored,
        CheckpointBytes = _checkpointBytes,
        LiveHeapBytes = GC.GetTotalMemory(forceFullCollection: true) - heap,
        SpeedUp = _load.Elapsed / _busy,
        Outputs = _outputs,
        Alerts = _alerts,
    };
}
