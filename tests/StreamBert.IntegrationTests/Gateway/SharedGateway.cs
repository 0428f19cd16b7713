using StreamBert.Tests.Streaming.State;
using Xunit.Sdk;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>A Gateway for all tests of a class whose requests do not affect each other: a start takes longer than most tests.</summary>
public abstract class SharedGateway : IAsyncLifetime
{
    private readonly bool _hasRedis;
    private readonly (string Key, string Value)[] _settings;
    private RedisServer? _redis;
    private GatewayHost? _gateway;
    private SkipException? _skip;

    /// <param name="hasRedis">Whether it has a state store. The tests are skipped where Redis is not installed.</param>
    /// <param name="settings">The settings of the Gateway.</param>
    protected SharedGateway(bool hasRedis, params (string Key, string Value)[] settings) => (_hasRedis, _settings) = (hasRedis, settings);

    internal GatewayHost Gateway => _gateway ?? throw _skip!;

    public async ValueTask InitializeAsync()
    {
        try
        {
            _redis = _hasRedis ? await RedisServer.StartAsync() : null;
        }
        catch (SkipException skip)
        {
            _skip = skip;
            return;
        }

        _gateway = await GatewayHost.StartAsync(_redis?.ConnectionString ?? Keys.NoRedis, _settings);
        if (_redis is not null)
            await _gateway.GetUntilAsync("/health/ready", static answer => answer.GetProperty("status").GetString() == "ready");
        await PrepareAsync(_gateway);
    }

    /// <summary>Sends what the tests expect to be there.</summary>
    internal virtual Task PrepareAsync(GatewayHost gateway) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_redis is not null)
            await _redis.DisposeAsync();
    }
}
