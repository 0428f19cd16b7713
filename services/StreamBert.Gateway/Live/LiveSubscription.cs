using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace StreamBert.Gateway.Live;

/// <summary>Queues the events of one subscriber, limited in number and memory. Dispose it to unsubscribe.</summary>
public sealed class LiveSubscription : ChannelReader<LiveEvent>, IDisposable
{
    /// <summary>The default memory limit in bytes.</summary>
    public const long DefaultMaxBytes = 4 * 1024 * 1024;

    private readonly LiveFilter _filter;
    private readonly int _capacity;
    private readonly long _maxBytes;
    private readonly Channel<LiveEvent> _channel = Channel.CreateUnbounded<LiveEvent>();
    private readonly Action<LiveSubscription> _unsubscribe;
    private readonly Lock _lock = new();
    private long _bytes, _dropped;

    internal LiveSubscription(LiveFilter filter, int capacity, long maxBytes, Action<LiveSubscription> unsubscribe) =>
        (_filter, _capacity, _maxBytes, _unsubscribe) = (filter, capacity, maxBytes, unsubscribe);

    /// <summary>The queue, which completes when the subscription is disposed.</summary>
    public ChannelReader<LiveEvent> Reader => this;

    /// <inheritdoc/>
    public override bool CanCount => true;

    /// <inheritdoc/>
    public override int Count => _channel.Reader.Count;

    /// <inheritdoc/>
    public override Task Completion => _channel.Reader.Completion;

    /// <summary>The number of events that were dropped because the subscriber was too slow.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>The estimated memory of the queued events in bytes.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <inheritdoc/>
    public override bool TryRead([MaybeNullWhen(false)] out LiveEvent item)
    {
        lock (_lock)
            return TryDequeue(out item);
    }

    /// <inheritdoc/>
    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
        _channel.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Unsubscribes.</summary>
    public void Dispose()
    {
        _unsubscribe(this);
        _channel.Writer.TryComplete();
    }

    internal void Enqueue(LiveEvent live)
    {
        if (!_filter.Matches(live))
            return;
        lock (_lock)
        {
            if (!_channel.Writer.TryWrite(live))
                return;
            _bytes += live.Bytes;
            while (_channel.Reader.Count is > 1 and var count && (count > _capacity || _bytes > _maxBytes) && TryDequeue(out _))
                Interlocked.Increment(ref _dropped);
        }
    }

    private bool TryDequeue([MaybeNullWhen(false)] out LiveEvent item)
    {
        if (!_channel.Reader.TryRead(out item))
            return false;
        _bytes -= item.Bytes;
        return true;
    }
}
