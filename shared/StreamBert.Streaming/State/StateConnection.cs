using Microsoft.Extensions.Options;
using StackExchange.Redis;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Streaming.State;

/// <summary>The one connection to Redis or Garnet. It reconnects by itself; while it cannot, every call fails at once.</summary>
internal sealed class StateConnection(IOptions<StateOptions> options) : IAsyncDisposable
{
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private volatile ConnectionMultiplexer? _multiplexer;

    public StateOptions Options { get; } = options.Value;
    public bool IsConnected => _multiplexer?.IsConnected == true;

    /// <summary>Runs one operation.</summary>
    /// <exception cref="StateUnavailableException">The server cannot be reached or did not answer in time.</exception>
    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> operation, CancellationToken cancellation)
    {
        try
        {
            var connected = await ConnectAsync(cancellation);
            return await operation(connected.GetDatabase()).WaitAsync(cancellation);
        }
        catch (Exception failure) when (failure is RedisException or RedisTimeoutException)
        {
            throw new StateUnavailableException(
                $"The state store at {Endpoints} does not answer ({failure.GetType().Name}). Start Redis or Garnet there, or set Redis:ConnectionString.", failure);
        }
    }

    /// <summary>Deletes every key under the prefix.</summary>
    public Task<int> ClearAsync(CancellationToken cancellation) => RunAsync(
        async database =>
        {
            var deleted = 0;
            foreach (var server in database.Multiplexer.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
                await foreach (var key in server.KeysAsync(database.Database, $"{Options.KeyPrefix}*", pageSize: 1_000).WithCancellation(cancellation))
                    deleted += await database.KeyDeleteAsync(key) ? 1 : 0;
            return deleted;
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
