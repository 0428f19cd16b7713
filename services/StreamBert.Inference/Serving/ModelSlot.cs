namespace StreamBert.Inference.Serving;

/// <summary>
/// Holds the serving version of one model. A caller holds a lease while it uses the model; after a swap new leases get the new version,
/// and the old version is unloaded when its last lease ends. Thread-safe.
/// </summary>
internal sealed class ModelSlot(ServedModel first) : IDisposable
{
    private readonly Lock _lock = new();
    private LeasedModel _current = new(first);
    private bool _isDisposed;

    /// <summary>The version that new leases get.</summary>
    public string Version
    {
        get
        {
            lock (_lock)
                return _current.Model.Version;
        }
    }

    /// <summary>The precision in which that version computes, and why.</summary>
    public string Precision
    {
        get
        {
            lock (_lock)
                return _current.Model.Precision;
        }
    }

    /// <exception cref="ObjectDisposedException">The slot is disposed.</exception>
    public Lease Acquire()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _current.LeaseCount++;
            return new(this, _current);
        }
    }

    /// <summary>Makes <paramref name="next"/> the version that new leases get.</summary>
    public void Swap(ServedModel next)
    {
        var replaced = new LeasedModel(next);
        lock (_lock)
        {
            if (!_isDisposed)
                (replaced, _current) = (_current, replaced);
        }
        Release(replaced); // the old version, or the new one if the slot was disposed meanwhile
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }
        Release(_current);
    }

    private void Release(LeasedModel leased)
    {
        lock (_lock)
        {
            if (--leased.LeaseCount > 0)
                return;
        }
        leased.Model.Unload();
    }

    /// <summary>The right to use a model until the lease is disposed.</summary>
    internal sealed class Lease : IDisposable
    {
        private readonly ModelSlot _slot;
        private LeasedModel? _leased;

        internal Lease(ModelSlot slot, LeasedModel leased) => (_slot, _leased) = (slot, leased);

        /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
        public ServedModel Model => (_leased ?? throw new ObjectDisposedException(nameof(Lease))).Model;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _leased, null) is { } leased)
                _slot.Release(leased);
        }
    }

    /// <summary>A model with the number of its leases; the slot itself holds one of them.</summary>
    internal sealed class LeasedModel(ServedModel model)
    {
        public ServedModel Model => model;

        public int LeaseCount { get; set; } = 1;
    }
}
