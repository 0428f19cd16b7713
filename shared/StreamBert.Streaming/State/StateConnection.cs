using Microsoft.Extensions.Options;
using StackExchange.Redis;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Streaming.State;

/// <summary>The one connection to Redis or Garnet. It reconnects by itself; while it cannot, every call fails at once.</summary>
internal sealed class StateConnection(IOptions<StateOptions> options) : IAsyncDisposable
{
    private const int Page = 1_000;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private volatile ConnectionMultiplexer? _multiplexer;
    private volatile bool _failing;

    public StateOptions Options { get; } = options.Value;

    /// <summary>Whether the connection stands and the last call was answered: a server that hangs keeps its connections.</summary>
    public bool IsConnected => _multiplexer?.IsConnected == true && !_failing;

    /// <summary>Runs one operation.</summary>
    /// <exception cref="StateUnavailableException">The server cannot be reached or did not answer in time.</exception>
    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> operation, CancellationToken cancellation)
    {
        try
        {
            var connected = await ConnectAsync(cancellation);
            var answer = await operation(connected.GetDatabase()).WaitAsync(cancellation);
            _failing = false;
            return answer;
        }
        catch (Exception failure) when (failure is RedisException or RedisTimeoutException)
        {
            _failing = true;
            throw new StateUnavailableException(
                $"The state store at {Endpoints} does not answer ({failure.GetType().Name}). Start Redis or Garnet there, or set Redis:ConnectionString.", failure);
        }
    }

    /// <summary>Deletes every key under the prefix; <paramref name="last"/> go last and together.</summary>
    public Task<long> ClearAsync(IReadOnlyCollection<RedisKey> last, CancellationToken cancellation) => RunAsync(
        async database =>
        {
            var kept = last.ToHashSet();
            foreach (var server in database.Multiplexer.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
                await foreach (var page in server.KeysAsync(database.Database, $"{Options.KeyPrefix}*", pageSize: Page).Where(key => !kept.Contains(key)).Chunk(Page).WithCancellation(cancellation))
                    await database.KeyDeleteAsync(page);
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
        if (_multiplexer is { } connected) return connected;
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
        return configuration;
    }
}
