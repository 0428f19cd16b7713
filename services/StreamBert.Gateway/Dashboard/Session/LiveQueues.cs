using StreamBert.Gateway.Live;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>
/// The events of the live stream that one browser tab has not taken yet. Predictions have a queue of their own, so that a flood of them
/// cannot displace an alert.
/// </summary>
internal sealed class LiveQueues(LiveEventHub live) : IDisposable
{
    private const int PredictionCapacity = 200;
    private const int OtherCapacity = 2_048;
    private static readonly HashSet<string> OtherTypes =
        [.. LiveEventTypes.All.Where(static type => type is not (LiveEventTypes.Prediction or LiveEventTypes.DeadLetter))];

    private readonly LiveSubscription _others = live.Subscribe(new(Types: OtherTypes), OtherCapacity);
    private LiveSubscription? _predictions;
    private long _knownOtherDrops;

    /// <summary>Predictions of the followed pipeline that arrived faster than this tab could take them.</summary>
    public long DroppedPredictions => _predictions?.Dropped ?? 0;

    /// <summary>Drops the predictions of the pipeline followed so far and follows another.</summary>
    public void Follow(string pipeline)
    {
        _predictions?.Dispose();
        _predictions = live.Subscribe(new(pipeline, new HashSet<string> { LiveEventTypes.Prediction }), PredictionCapacity);
    }

    /// <summary>Takes all events that are queued, predictions first.</summary>
    public IEnumerable<object> TakeAll()
    {
        while (_predictions?.Reader.TryRead(out var prediction) == true)
            yield return prediction.Payload;
        while (_others.Reader.TryRead(out var other))
            yield return other.Payload;
    }

    /// <summary>Tells whether trends, alerts or model events were dropped since the last call; the state store still has them.</summary>
    public bool HasNewGap()
    {
        var dropped = _others.Dropped;
        var hasGap = dropped != _knownOtherDrops;
        _knownOtherDrops = dropped;
        return hasGap;
    }

    public void Dispose()
    {
        _others.Dispose();
        _predictions?.Dispose();
    }
}
