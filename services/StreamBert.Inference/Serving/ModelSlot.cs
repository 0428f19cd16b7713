namespace StreamBert.Inference.Serving;

/// <summary>
/// Holds the model that serves. Whoever uses it takes a lease for as long; a new version takes over for the next lease, and the
/// old one is unloaded when its last lease ends. Thread-safe.
/// </summary>
public sealed class ModelSlot(ServedModel first) : IDisposable
{
    private readonly Lock _gate = new();
    private Tenant _current = new(first);
    private bool _closed;

    /// <summary>The version new leases get.</summary>
    public string Version
    {
        get
        {
            lock (_gate)
                return _current.Model.Version;
        }
    }

    /// <exception cref="ObjectDisposedException">The slot is closed.</exception>
    public Lease Acquire()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _current.Leases++;
            return new(this, _current);
        }
    }

    /// <summary>From now on leases get this model.</summary>
    public void Swap(ServedModel next)
    {
        var tenant = new Tenant(next);
        lock (_gate)
        {
            if (!_closed)
                (tenant, _current) = (_current, tenant);
        }

        Release(tenant); // the old one, or, if the slot was closed meanwhile, the new one
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
        }
        Release(_current);
    }

    private void Release(Tenant tenant)
    {
        lock (_gate)
        {
            if (--tenant.Leases > 0)
                return;
        }

        tenant.Model.Unload();
    }

    /// <summary>A model with the number of its leases; the slot's own counts as one.</summary>
    internal sealed class Tenant(ServedModel model)
    {
        public ServedModel Model => model;
        public int Leases { get; set; } = 1;
    }

    /// <summary>The right to use a model until disposed.</summary>
    public sealed class Lease : IDisposable
    {
        private readonly ModelSlot _slot;
        private Tenant? _tenant;

        internal Lease(ModelSlot slot, Tenant tenant) => (_slot, _tenant) = (slot, tenant);

        /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
        public ServedModel Model => (_tenant ?? throw new ObjectDisposedException(nameof(Lease))).Model;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _tenant, null) is { } tenant)
                _slot.Release(tenant);
        }
    }
}
