using System.Diagnostics;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Settings;

namespace StreamBert.Streaming.State.Connection;

/// <summary>The one connection to Redis or Garnet. It reconnects by itself; while it cannot, every call fails at once.</summary>
internal sealed class StateConnection(IOptions<StateOptions> options, Readiness? readiness = null) : IAsyncDisposable
{
    private const int Page = 1_000;
    private const string Component = "state", WritesComponent = "state writes";
    private const string Meanwhile = "Texts are taken in and classified; reads answer 503.";
    private static readonly TimeSpan LongestStuck = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProbeLifetime = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private ConnectionMultiplexer? _multiplexer;
    private volatile bool _failing, _writesFail;
    private long _failingSince;

    public StateOptions Options { get; } = options.Value;

    /// <summary>Whether the connection stands and the last call was answered: a server that hangs keeps its connections.</summary>
    public bool IsConnected => Volatile.Read(ref _multiplexer)?.IsConnected == true && !_failing;

    /// <summary>Whether the last write was refused, though reads may be answered.</summary>
    public bool WritesFail => _writesFail;

    /// <summary>Runs one operation that reads.</summary>
    /// <exception cref="StateUnavailableException">The server cannot be reached, did not answer in time, or answered with what StreamBert
    /// has not written.</exception>
    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> operation, CancellationToken cancellation)
    {
        try
        {
            var answer = await AnswerAsync(operation, cancellation);
            _failing = false;
            readiness?.Recover(Component);
            return answer;
        }
        catch (StateUnavailableException failure)
        {
            Fail(failure);
            throw;
        }
    }

    /// <summary>Runs one operation that writes: a server that is out of memory, or a replica, refuses these alone.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<T> WriteAsync<T>(Func<IDatabase, Task<T>> operation, CancellationToken cancellation)
    {
        try
        {
            var answer = await AnswerAsync(operation, cancellation);
            _writesFail = false;
            readiness?.Recover(WritesComponent);
            return answer;
        }
        catch (StateUnavailableException failure) when (failure.IsUnreachable)
        {
            Fail(failure);
            throw;
        }
        catch (StateUnavailableException failure)
        {
            _writesFail = true;
            readiness?.Degrade(
                WritesComponent,
                $"{failure.Message} What is read stays as it was, and catches up with the log when the store takes writes again.",
                failure.Remedy);
            throw;
        }
    }

    private void Fail(StateUnavailableException failure)
    {
        if (!_failing)
            _failingSince = Stopwatch.GetTimestamp();
        _failing = true;
        ReplaceIfStuck(failure);
        readiness?.Degrade(Component, $"{failure.Message} {Meanwhile}", failure.Remedy);
    }

    /// <summary>
    /// A connection that stands and gives no answers may wait for the rest of one that never comes (an announced length that was a lie),
    /// and takes for it whatever follows: another one takes
    /// its place.
    /// </summary>
    private void ReplaceIfStuck(StateUnavailableException failure)
    {
        if (!failure.IsUnreachable || _multiplexer is not { } stuck || Stopwatch.GetElapsedTime(_failingSince) < Options.Timeout + LongestStuck)
            return;
        _failingSince = Stopwatch.GetTimestamp();
        if (Interlocked.CompareExchange(ref _multiplexer, null, stuck) == stuck)
            _ = Task.Run(stuck.Dispose);
    }

    /// <summary>Writes a key that nobody reads: whether the store takes writes again shows only in a write.</summary>
    public Task<bool> ProbeWriteAsync(CancellationToken cancellation) =>
        WriteAsync(database => database.StringSetAsync($"{Options.KeyPrefix}probe", "1", ProbeLifetime), cancellation);

    private async Task<T> AnswerAsync<T>(Func<IDatabase, Task<T>> operation, CancellationToken cancellation)
    {
        try
        {
            var connected = await ConnectAsync(cancellation);
            return await operation(connected.GetDatabase()).WaitAsync(cancellation);
        }
        catch (Exception failure) when (StateFault.Of(failure) is { } fault)
        {
            throw new StateUnavailableException($"The state store at {Endpoints} {fault.Reason}", failure)
            {
                Remedy = fault.Remedy,
                IsUnreachable = fault.IsUnreachable
            };
        }
    }

    /// <summary>Deletes every key under the prefix; <paramref name="last"/> go last and together.</summary>
    public Task<long> ClearAsync(IReadOnlyCollection<RedisKey> last, CancellationToken cancellation) => WriteAsync(
        async database =>
        {
            var kept = last.ToHashSet();
            foreach (var server in database.Multiplexer.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
            {
                await foreach (var page in server.KeysAsync(database.Database, $"{Options.KeyPrefix}*", pageSize: Page)
                    .Where(key => !kept.Contains(key))
                    .Chunk(Page)
                    .WithCancellation(cancellation))
                {
                    await database.KeyDeleteAsync(page);
                }
            }

            return await database.KeyDeleteAsync([.. last]);
        },
        cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_multiplexer is { } connected) await connected.DisposeAsync();
        _connecting.Dispose();
    }

    private static void Trust(ConfigurationOptions configuration, string authority)
    {
        if (!File.Exists(authority))
            throw new ConfigurationException($"Redis:CaCertificate is '{authority}', and there is no such file.");
        configuration.Ssl = true;
        configuration.TrustIssuer(authority);
    }

    private string Endpoints => string.Join(", ", ConfigurationOptions.Parse(Options.ConnectionString).EndPoints);

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _multiplexer) is { } connected) return connected;
        await _connecting.WaitAsync(cancellation);
        try
        {
            return _multiplexer ??= await ConnectionMultiplexer.ConnectAsync(Configuration());
        }
        finally
        {
            _connecting.Release();
        }
    }

    private ConfigurationOptions Configuration()
    {
        var configuration = ConfigurationOptions.Parse(Options.ConnectionString);
        configuration.AbortOnConnectFail = false;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ConnectTimeout = configuration.AsyncTimeout = configuration.SyncTimeout = (int)Options.Timeout.TotalMilliseconds;
        configuration.ClientName ??= "streambert";
        if (!string.IsNullOrEmpty(Options.User)) configuration.User = Options.User;
        if (!string.IsNullOrEmpty(Options.Password)) configuration.Password = Options.Password;
        if (!string.IsNullOrEmpty(Options.CaCertificate)) Trust(configuration, Options.CaCertificate);
        if (!configuration.Ssl) configuration.Tunnel = new GuardedTunnel();
        return configuration;
    }
}
