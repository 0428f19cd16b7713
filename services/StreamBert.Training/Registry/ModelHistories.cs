using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Registry;

/// <summary>The histories of all models. Each read continues where the last one ended. Not thread-safe.</summary>
internal sealed class ModelHistories(IEventLog log)
{
    private readonly Dictionary<int, long> _positions = [];
    private readonly Dictionary<string, List<object>> _events = new(StringComparer.Ordinal);

    /// <summary>Returns the current history of a model; it is empty for a model without events.</summary>
    public async Task<ModelHistory> ReadAsync(string model, CancellationToken cancellation)
    {
        var from = _positions.ToDictionary();
        await foreach (var record in log.ReadToEndAsync(Topics.Models, from, cancellation, awaitOpenTransactions: true))
        {
            _positions[record.Position.Partition] = record.Position.Offset + 1;
            if (ModelHistory.ReadEvent(record) is not { } read)
                continue;
            var of = ModelHistory.ModelOf(read);
            if (!_events.TryGetValue(of, out var events))
                _events[of] = events = [];
            events.Add(read);
        }
        return ModelHistory.Of(_events.GetValueOrDefault(model) ?? []);
    }
}
