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

/// <summary>One subscriber's queue, bounded by count and by bytes; dispose it to unsubscribe.</summary>
public sealed class LiveSubscription : ChannelReader<LiveEvent>, IDisposable
{
    public const long DefaultMaxBytes = 4 * 1024 * 1024;

    private readonly LiveFilter _filter;
    private readonly int _capacity;
    private readonly long _maxBytes;
    private readonly Channel<LiveEvent> _channel = Channel.CreateUnbounded<LiveEvent>();
    private readonly Action<LiveSubscription> _unsubscribe;
    private readonly Lock _gate = new();
    private long _bytes, _dropped;

    internal LiveSubscription(LiveFilter filter, int capacity, long maxBytes, Action<LiveSubscription> unsubscribe) =>
        (_filter, _capacity, _maxBytes, _unsubscribe) = (filter, capacity, maxBytes, unsubscribe);

    /// <summary>Its completion: when the subscription is disposed.</summary>
    public ChannelReader<LiveEvent> Reader => this;

    public override bool CanCount => true;

    public override int Count => _channel.Reader.Count;

    public override Task Completion => _channel.Reader.Completion;

    /// <summary>Events lost because the reader was too slow.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Memory that the waiting events take, about.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public override bool TryRead([MaybeNullWhen(false)] out LiveEvent item)
    {
        lock (_gate)
            return TryTake(out item);
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
        => _channel.Reader.WaitToReadAsync(cancellationToken);

    public void Dispose()
    {
        _unsubscribe(this);
        _channel.Writer.TryComplete();
    }

    internal void Offer(LiveEvent live)
    {
        if (!_filter.Matches(live)) return;
        lock (_gate)
        {
            if (!_channel.Writer.TryWrite(live)) return;
            _bytes += live.Bytes;
            while (_channel.Reader.Count is > 1 and var count && (count > _capacity || _bytes > _maxBytes) && TryTake(out _))
                Interlocked.Increment(ref _dropped);
        }
    }

    private bool TryTake([MaybeNullWhen(false)] out LiveEvent item)
    {
        var isTaken = _channel.Reader.TryRead(out item);
        if (isTaken) _bytes -= item!.Bytes;
        return isTaken;
    }
}
