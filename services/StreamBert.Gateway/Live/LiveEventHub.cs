using System.Collections.Concurrent;

namespace StreamBert.Gateway.Live;

/// <summary>
/// Distributes new events to the dashboards and event streams of this process. A subscriber that reads too slowly loses its oldest events
/// and delays nobody.
/// </summary>
public sealed class LiveEventHub
{
    private readonly ConcurrentDictionary<LiveSubscription, bool> _subscriptions = [];
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes once every event that is appended to the log from then on is distributed.</summary>
    public Task Started => _started.Task;

    /// <summary>The number of subscriptions.</summary>
    public int Subscribers => _subscriptions.Count;

    /// <summary>Subscribes to the events from now on, until the subscription is disposed.</summary>
    /// <param name="filter">Selects the events; null for all.</param>
    /// <param name="capacity">The maximum number of queued events.</param>
    /// <param name="maxBytes">The memory limit of the queued events in bytes; the latest event is always queued.</param>
    public LiveSubscription Subscribe(LiveFilter? filter = null, int capacity = 512, long maxBytes = LiveSubscription.DefaultMaxBytes)
    {
        var subscription = new LiveSubscription(filter ?? new(), capacity, maxBytes, ended => _subscriptions.TryRemove(ended, out _));
        _subscriptions[subscription] = true;
        return subscription;
    }

    internal void Start() => _started.TrySetResult();

    internal void Publish(LiveEvent live)
    {
        foreach (var (subscription, _) in _subscriptions)
            subscription.Enqueue(live);
    }
}
