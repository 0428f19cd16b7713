using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Training.Triggers;

/// <summary>
/// Follows the alerts that fire because a model does not fit its texts any more: drift, falling accuracy, a rising error rate. A refresh
/// reads what has come since the last one. Not thread-safe.
/// </summary>
internal sealed class DriftAlerts(IEventLog log, PipelineCatalog pipelines)
{
    private static readonly HashSet<string> Kinds =
    [
        AlertKinds.LabelDrift, AlertKinds.ConfidenceDrift, AlertKinds.LengthDrift, AlertKinds.TokenDrift, AlertKinds.EmbeddingDrift,
        AlertKinds.AccuracyDrop, AlertKinds.ErrorRate,
    ];

    private readonly Dictionary<int, long> _positions = [];
    private readonly OrderedDictionary<string, AlertRaised> _firing = new(StringComparer.Ordinal);

    /// <summary>Reads the alerts that have come since the last refresh.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await foreach (var record in log.ReadToEndAsync(Topics.Alerts, _positions.ToDictionary(), cancellation))
        {
            _positions[record.Position.Partition] = record.Position.Offset + 1;
            if (EventRecord.Is<AlertResolved>(record) && EventReader.Read<AlertResolved>(record, out var resolved) is null)
                _firing.Remove(resolved.Id);
            else if (ReadRaised(record) is { } raised && Kinds.Contains(raised.Kind))
                _firing[raised.Id] = raised;
        }
    }

    private static AlertRaised? ReadRaised(LogRecord record) =>
        EventRecord.Is<AlertRaised>(record) && EventReader.Read<AlertRaised>(record, out var raised) is null ? raised : null;

    /// <summary>Returns the oldest alert that fires on a pipeline of a model and has had no run; null if there is none.</summary>
    public AlertRaised? FindFiring(string model, IReadOnlySet<string> handled) => _firing.Values.FirstOrDefault(
        alert => pipelines.Find(alert.Series.Pipeline)?.Model == model && !handled.Contains(alert.Id));
}
