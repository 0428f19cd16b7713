using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace StreamBert.Gateway.Live;

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
