using Microsoft.Extensions.Options;
using StackExchange.Redis;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Streaming.State.Connection;

/// <summary>The one connection to Redis or Garnet. It reconnects by itself; while it cannot, every call fails at once.</summary>
internal sealed class StateConnection(IOptions<StateOptions> options, TimeProvider? time = null, Readiness? readiness = null)
    : IAsyncDisposable
{
    private const int PageSize = 1_000;
    private const string Component = "state", WritesComponent = "state writes";
    private const string ReadsFail = "Texts are accepted and classified; reads answer 503.";
    private const string WritesFail = "Reads answer with older data, which catches up with the log when the store accepts writes again.";
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProbeLifetime = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private ConnectionMultiplexer? _multiplexer;
    private volatile bool _isFailing, _isRefusingWrites;
    private long _failingSince;

    public StateOptions Options { get; } = options.Value;

    /// <summary>Whether the connection is open and the last call was answered: a server that hangs keeps its connections open.</summary>
    public bool IsConnected => Volatile.Read(ref _multiplexer)?.IsConnected == true && !_isFailing;

    /// <summary>Whether the last write was refused, although reads may be answered.</summary>
    public bool IsRefusingWrites => _isRefusingWrites;

    private string Endpoints => string.Join(", ", ConfigurationOptions.Parse(Options.ConnectionString).EndPoints);

    /// <summary>Runs an operation that reads.</summary>
    /// <exception cref="StateUnavailableException">
    /// The server cannot be reached, did not answer in time, or answered with something that StreamBert has not written.
    /// </exception>
    public async Task<T> ReadAsync<T>(Func<IDatabase, Task<T>> operation, CancellationToken cancellation)
    {
        try
        {
            var result = await ExecuteAsync(operation, cancellation);
            _isFailing = false;
            readiness?.Recover(Component);
            return result;
        }
        catch (StateUnavailableException failure)
        {
            RecordFailure(failure);
            throw;
        }
    }

    /// <summary>Runs an operation that writes. A server that is out of memory, or a replica, refuses only writes.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<T> WriteAsync<T>(Func<IDatabase, Task<T>> operation, CancellationToken cancellation)
    {
        try
        {
            var result = await ExecuteAsync(operation, cancellation);
            _isRefusingWrites = false;
            readiness?.Recover(WritesComponent);
            return result;
        }
        catch (StateUnavailableException failure) when (failure.IsUnreachable)
        {
            RecordFailure(failure);
            throw;
        }
        catch (StateUnavailableException failure)
        {
            _isRefusingWrites = true;
            readiness?.Degrade(WritesComponent, $"{failure.Message} {WritesFail}", failure.Remedy);
            throw;
        }
    }

    /// <summary>Writes a key that nobody reads: only a write shows whether the store accepts writes again.</summary>
    public Task<bool> ProbeWriteAsync(CancellationToken cancellation) =>
        WriteAsync(database => database.StringSetAsync($"{Options.KeyPrefix}probe", "1", ProbeLifetime), cancellation);

    /// <summary>Deletes every key under the prefix; <paramref name="last"/> are deleted last and together.</summary>
    public Task<long> ClearAsync(IReadOnlyCollection<RedisKey> last, CancellationToken cancellation) => WriteAsync(
        async database =>
        {
            var kept = last.ToHashSet();
            foreach (var server in database.Multiplexer.GetServers()
                .Where(static server => server is { IsConnected: true, IsReplica: false }))
            {
                var keys = server.KeysAsync(database.Database, $"{Options.KeyPrefix}*", pageSize: PageSize);
                await foreach (var page in keys.Where(key => !kept.Contains(key)).Chunk(PageSize).WithCancellation(cancellation))
                    await database.KeyDeleteAsync(page);
            }
            return await database.KeyDeleteAsync([.. last]);
        },
        cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_multiplexer is { } connected)
            await connected.DisposeAsync();
        _connecting.Dispose();
    }

    private void RecordFailure(StateUnavailableException failure)
    {
        if (!_isFailing)
            _failingSince = _time.GetTimestamp();
        _isFailing = true;
        ReplaceIfStalled(failure);
        readiness?.Degrade(Component, $"{failure.Message} {ReadsFail}", failure.Remedy);
    }

    /// <summary>
    /// Replaces a connection that is open and gives no answers: it may wait for the rest of an answer that never comes, because its
    /// announced length was wrong, and would take whatever follows for that rest.
    /// </summary>
    private void ReplaceIfStalled(StateUnavailableException failure)
    {
        if (!failure.IsUnreachable || _multiplexer is not { } stalled
            || _time.GetElapsedTime(_failingSince) < Options.Timeout + StallTimeout)
        {
            return;
        }
        _failingSince = _time.GetTimestamp();
        if (Interlocked.CompareExchange(ref _multiplexer, null, stalled) == stalled)
            _ = Task.Run(stalled.Dispose);
    }

    private async Task<T> ExecuteAsync<T>(Func<IDatabase, Task<T>> operation, CancellationToken cancellation)
    {
        try
        {
            var connected = await ConnectAsync(cancellation);
            return await operation(connected.GetDatabase()).WaitAsync(cancellation);
        }
        catch (Exception exception) when (StateError.From(exception) is { } error)
        {
            throw new StateUnavailableException($"The state store at {Endpoints} {error.Reason}", exception)
            {
                Remedy = error.Remedy,
                IsUnreachable = error.IsUnreachable,
            };
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _multiplexer) is { } connected)
            return connected;
        await _connecting.WaitAsync(cancellation);
        try
        {
            return _multiplexer ??= await ConnectionMultiplexer.ConnectAsync(ConnectionSettings.From(Options));
        }
        finally
        {
            _connecting.Release();
        }
    }
}
