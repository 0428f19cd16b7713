using StreamBert.Contracts;

namespace StreamBert.Monitoring.Feedback;

/// <summary>The last predictions by id, limited in number: the oldest is removed first.</summary>
internal sealed class PredictionTable
{
    private readonly Dictionary<string, HeldPrediction> _byId = [];
    private readonly Queue<HeldPrediction> _order = [];

    /// <summary>The predictions, the oldest first.</summary>
    public IReadOnlyList<HeldPrediction> Predictions
    {
        get => [.. _order];
        set
        {
            foreach (var prediction in value)
                Add(prediction, value.Count);
        }
    }

    /// <summary>Adds a prediction; the oldest beyond the capacity are removed.</summary>
    public void Add(HeldPrediction prediction, int capacity)
    {
        _byId[prediction.Id] = prediction;
        _order.Enqueue(prediction);
        while (_order.Count > capacity)
        {
            var oldest = _order.Dequeue();
            if (ReferenceEquals(_byId.GetValueOrDefault(oldest.Id), oldest))
                _byId.Remove(oldest.Id);
        }
    }

    /// <summary>Returns a prediction by the id of its text, else by the position of the text; null if it is not held.</summary>
    public HeldPrediction? Find(string id, RecordPosition? origin) =>
        _byId.GetValueOrDefault(id) ?? (origin is null ? null : _order.FirstOrDefault(prediction => prediction.Origin == origin));
}
