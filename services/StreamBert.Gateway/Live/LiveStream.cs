using System.Collections.Concurrent;
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
    public LiveSubscription Subscribe(LiveFilter? filter = null, int capacity = 512)
    {
        var subscription = new LiveSubscription(filter ?? new(), capacity, ended => _subscriptions.TryRemove(ended, out _));
        _subscriptions[subscription] = true;
        return subscription;
    }

    internal void Start() => _started.TrySetResult();

    internal void Publish(LiveEvent live)
    {
        foreach (var (subscription, _) in _subscriptions) subscription.Offer(live);
    }
}

/// <summary>One subscriber's bounded queue; dispose it to unsubscribe.</summary>
public sealed class LiveSubscription : IDisposable
{
    private readonly LiveFilter _filter;
    private readonly Channel<LiveEvent> _channel;
    private readonly Action<LiveSubscription> _unsubscribe;
    private long _dropped;

    internal LiveSubscription(LiveFilter filter, int capacity, Action<LiveSubscription> unsubscribe)
    {
        (_filter, _unsubscribe) = (filter, unsubscribe);
        _channel = Channel.CreateBounded<LiveEvent>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
    }

    /// <summary>Completes when the subscription is disposed.</summary>
    public ChannelReader<LiveEvent> Reader => _channel.Reader;

    /// <summary>Events lost because the reader was too slow.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Dispose()
    {
        _unsubscribe(this);
        _channel.Writer.TryComplete();
    }

    internal void Offer(LiveEvent live)
    {
        if (_filter.Matches(live)) _channel.Writer.TryWrite(live);
    }
}
