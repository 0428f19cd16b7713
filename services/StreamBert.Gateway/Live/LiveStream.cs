using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace StreamBert.Gateway.Live;

/// <summary>
/// The hub of everything that happens, in this process: the dashboard and the event stream of the API subscribe to it.
/// A subscriber that does not keep up loses its oldest events and holds up nobody.
/// </summary>
public sealed class LiveStream
{
    private readonly ConcurrentDictionary<LiveSubscription, bool> _subscriptions = [];
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when every event appended to the log from then on is delivered.</summary>
    public Task Started => _started.Task;

    public int Subscribers => _subscriptions.Count;

    /// <summary>Delivers what comes from now on, until the subscription is disposed.</summary>
    /// <param name="capacity">Events held for a subscriber that is slow.</param>
    /// <param name="maxBytes">Memory that these events may take; the latest is held in any case.</param>
    public LiveSubscription Subscribe(LiveFilter? filter = null, int capacity = 512, long maxBytes = LiveSubscription.DefaultMaxBytes)
    {
        var subscription = new LiveSubscription(filter ?? new(), capacity, maxBytes, ended => _subscriptions.TryRemove(ended, out _));
        _subscriptions[subscription] = true;
        return subscription;
    }

    internal void Start() => _started.TrySetResult();

    internal void Publish(LiveEvent live)
    {
        foreach (var (subscription, _) in _subscriptions) subscription.Offer(live);
    }
}
