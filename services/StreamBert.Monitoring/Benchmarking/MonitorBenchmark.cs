using Microsoft.Extensions.Options;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Sessions;
using StreamBert.Privacy;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Monitoring.Benchmarking;

/// <summary>
/// Measures the monitor on one thread: from the bytes of predictions to the records to commit, with all detectors. The log itself is not
/// part of it.
/// </summary>
public static class MonitorBenchmark
{
    private const int BatchTexts = 2000;

    /// <summary>Runs the monitor over synthetic predictions.</summary>
    /// <param name="series">The number of series.</param>
    /// <param name="predictions">The number of predictions.</param>
    /// <param name="textsPerWindow">The number of texts in a window of one minute.</param>
    /// <param name="time">Measures the time.</param>
    /// <param name="cancellation">Cancels the run.</param>
    public static MonitorThroughput Run(
        int series, long predictions, int textsPerWindow, TimeProvider time, CancellationToken cancellation)
    {
        var load = new PredictionLoad(series, textsPerWindow);
        var catalog = new PipelineCatalog([load.Pipeline]);
        var privacy = new PrivacyFilter(catalog, new SubjectKeys(Options.Create(new SubjectKeyOptions())));
        var options = new AnalysisOptions { Windows = new() { MaxSegments = Math.Max(200, load.Segments) } };
        var reader = new MonitorRecordReader(catalog);
        var checkpoints = new CheckpointSchedule(new MonitoringOptions().CheckpointInterval, time);
        using var session = new MonitorSession(catalog, options, new(), privacy, checkpoints: checkpoints);
        var (busy, reading, outputs, alerts, bytes, active) = (TimeSpan.Zero, TimeSpan.Zero, 0L, 0L, 0L, 0);
        static TimeSpan Used() => Environment.CpuUsage.TotalTime;
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        for (var done = 0L; done < predictions; done += BatchTexts)
        {
            cancellation.ThrowIfCancellationRequested();
            var records = load.Next(BatchTexts);
            var start = Used();
            var read = reader.Read(records);
            reading += Used() - start;
            session.Process(read);
            var pending = session.PendingRecords(time.GetUtcNow());
            var committed = session.MarkCommitted().Outputs;
            busy += Used() - start;
            outputs += pending.Count;
            alerts += committed.OfType<MonitorOutput.RaisedAlert>().Count();
            bytes += EventRecord.Is<MonitorState>(pending[^1].Headers) ? pending[^1].Value!.Length : 0;
            var trends = committed.OfType<MonitorOutput.Trend>().GroupBy(static trend => trend.Value.Window);
            active = trends.Select(static window => window.Count()).Append(active).Max();
        }
        return new()
        {
            Series = active,
            Predictions = predictions,
            PredictionsPerSecond = predictions / busy.TotalSeconds,
            IntakeShare = reading / busy,
            CheckpointShare = checkpoints.TotalDuration / busy,
            CheckpointBytes = bytes,
            LiveHeapBytes = GC.GetTotalMemory(forceFullCollection: true) - heap,
            SpeedUp = load.Elapsed / busy,
            Outputs = outputs,
            Alerts = alerts,
        };
    }
}
