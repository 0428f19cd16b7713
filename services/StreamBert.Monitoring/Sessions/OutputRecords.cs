using System.Text;
using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Checkpoints;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Monitoring.Sessions;

/// <summary>Creates the records of the monitor's outputs.</summary>
internal static class OutputRecords
{
    private static readonly byte[] CheckpointKey = Encoding.UTF8.GetBytes("monitoring");

    /// <summary>Returns the records of a checkpoint: its parts, and then the state that refers to them.</summary>
    public static IEnumerable<NewRecord> Of(Checkpoint checkpoint, DateTimeOffset now) =>
    [
        .. checkpoint.Parts.Select(part => Of<StatePart>(Encoding.UTF8.GetBytes(part.Hash), part.Value, now)),
        Of<MonitorState>(CheckpointKey, checkpoint.State, now),
    ];

    /// <summary>Returns the record of the offsets of a commit without a checkpoint.</summary>
    public static NewRecord OfOffsets(byte[] offsets, DateTimeOffset now) => Of<CommittedOffsets>(CheckpointKey, offsets, now);

    /// <summary>Returns a record of the checkpoint topic, whose header names what it holds.</summary>
    private static NewRecord Of<T>(byte[] key, byte[] value, DateTimeOffset now) =>
        new(Topics.MonitorState, key, value, now) { Partition = 0, Headers = EventRecord.HeadersFor<T>() };

    /// <summary>Returns the record of the event time of a pipeline.</summary>
    public static NewRecord Of(EventTimeUpdated eventTime, DateTimeOffset now) =>
        EventRecord.Create(Topics.EventTime, eventTime.Pipeline, eventTime, now) with { Partition = 0 };

    /// <summary>Returns the record of a trend, a report or an alert.</summary>
    public static NewRecord Of(MonitorOutput output) => output switch
    {
        MonitorOutput.Trend { Value: var trend } => EventRecord.Create(Topics.Trends, trend.Series.Pipeline, trend, trend.Window.End),
        MonitorOutput.Report { Value: MonitorReport.Fairness { Value: var fairness } report } =>
            EventRecord.Create(Topics.Fairness, $"{fairness.Pipeline}/{fairness.Rule}", fairness, report.At),
        MonitorOutput.Report { Value: MonitorReport.Accuracy { Value: { Series: var series } accuracy } report } =>
            EventRecord.Create(Topics.Accuracy, $"{series.Pipeline}/{series.Head}/{series.Segment}", accuracy, report.At),
        MonitorOutput.Report { Value: MonitorReport.Drift { Value: var drift } report } =>
            EventRecord.Create(Topics.Drift, drift.Fingerprint, drift, report.At),
        MonitorOutput.RaisedAlert { Value: var raised } => EventRecord.Create(Topics.Alerts, raised.Fingerprint, raised, raised.RaisedAt),
        MonitorOutput.UpdatedAlert { Value: var updated } =>
            EventRecord.Create(Topics.Alerts, updated.Fingerprint, updated, updated.UpdatedAt ?? updated.RaisedAt),
        MonitorOutput.ResolvedAlert { Value: var resolved } =>
            EventRecord.Create(Topics.Alerts, resolved.Fingerprint, resolved, resolved.ResolvedAt),
        _ => throw new ArgumentException($"{output.GetType().Name} has no record.", nameof(output)),
    };
}
