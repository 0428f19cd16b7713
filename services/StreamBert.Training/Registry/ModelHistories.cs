using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Registry;

/// <summary>The histories of all models. A refresh reads what has come since the last one. Not thread-safe.</summary>
internal sealed class ModelHistories(IEventLog log)
{
    private readonly Dictionary<int, long> _positions = [];
    private readonly Dictionary<string, List<object>> _events = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModelHistory> _histories = new(StringComparer.Ordinal);

    /// <summary>The models with events.</summary>
    public IReadOnlyCollection<string> Models => _events.Keys;

    /// <summary>Returns the history of a model at the last refresh; it is empty for a model without events.</summary>
    public ModelHistory Get(string model)
    {
        if (!_histories.TryGetValue(model, out var history))
            _histories[model] = history = ModelHistory.Of(_events.GetValueOrDefault(model) ?? []);
        return history;
    }

    /// <summary>Returns the current history of a model.</summary>
    public async Task<ModelHistory> ReadAsync(string model, CancellationToken cancellation)
    {
        await RefreshAsync(cancellation);
        return Get(model);
    }

    /// <summary>Reads the events that have come since the last refresh.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
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
            _histories.Remove(of);
        }
    }
}
