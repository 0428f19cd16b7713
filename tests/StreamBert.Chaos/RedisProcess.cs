namespace StreamBert.Chaos;

/// <summary>A real redis-server without a disk: killed, it forgets everything.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private readonly string _directory;
    private readonly int _port = Instance.FreePort();
    private Child? _child;

    private RedisProcess(string directory) => _directory = directory;

    public string ConnectionString => $"127.0.0.1:{_port}";

    public static async Task<RedisProcess> StartAsync(string directory, CancellationToken cancellation)
    {
        var redis = new RedisProcess(directory);
        await redis.StartAsync(cancellation);
        return redis;
    }

    public async Task RestartAsync(TimeSpan away, CancellationToken cancellation)
    {
        await DisposeAsync();
        await Task.Delay(away, cancellation);
        await StartAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_child is not null)
            await _child.DisposeAsync();
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        _child = Child.Start(
            "redis-server", ["--port", $"{_port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], new Dictionary<string, string>(),
            "Ready to accept connections", Path.Combine(_directory, "redis.log"));
        await _child.Said.WaitAsync(TimeSpan.FromSeconds(30), cancellation);
    }
}
