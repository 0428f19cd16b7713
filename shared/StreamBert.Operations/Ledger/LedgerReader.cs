using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Operations.Ledger;

/// <summary>Reads the ledger. Callers within half a second, or while a calculation runs, share one result.</summary>
public sealed class LedgerReader : IDisposable
{
    private static readonly TimeSpan CacheLifetime = TimeSpan.FromMilliseconds(500);

    private readonly LedgerCalculator _calculator;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _disposing = new();
    private Task<LedgerView>? _calculation;
    private volatile LedgerView? _last;

    internal LedgerReader(IEventLog log, LedgerCounter counter, PipelineCatalog pipelines, TimeProvider time) =>
        (_calculator, _time) = (new(log, counter, pipelines, time), time);

    /// <summary>Gets the latest calculated ledger without waiting; null before the first one.</summary>
    public LedgerView? Last => _last;

    /// <summary>Calculates the ledger, or returns one that is at most half a second old.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">The reader was disposed, because the service stops.</exception>
    public Task<LedgerView> ReadAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_last is { } last && _time.GetUtcNow() - last.At < CacheLifetime)
                return Task.FromResult(last);
            if (_disposing.IsCancellationRequested)
                return Task.FromCanceled<LedgerView>(new CancellationToken(canceled: true));
            if (_calculation is not { IsCompleted: false })
                _calculation = Task.Run(CalculateAsync, _disposing.Token);
            return _calculation.WaitAsync(cancellation);
        }
    }

    /// <summary>Cancels a running calculation.</summary>
    public void Dispose()
    {
        if (_disposing.IsCancellationRequested)
            return;
        _disposing.Cancel();
        _disposing.Dispose();
    }

    private async Task<LedgerView> CalculateAsync() => _last = await _calculator.CalculateAsync(_disposing.Token);
}
