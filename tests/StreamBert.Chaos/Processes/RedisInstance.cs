namespace StreamBert.Chaos.Processes;

/// <summary>A redis-server without persistence: when it is killed, it loses all its data.</summary>
internal sealed class RedisInstance : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private readonly string _directory;
    private readonly int _port = LocalPort.FindFree();
    private ChildProcess? _process;

    private RedisInstance(string directory) => _directory = directory;

    public string ConnectionString => $"127.0.0.1:{_port}";

    public static async Task<RedisInstance> StartAsync(string directory, CancellationToken cancellation)
    {
        var redis = new RedisInstance(directory);
        await redis.StartAsync(cancellation);
        return redis;
    }

    /// <summary>Kills the server and starts it again after a while.</summary>
    public async Task RestartAsync(TimeSpan downtime, CancellationToken cancellation)
    {
        await DisposeAsync();
        await Task.Delay(downtime, cancellation);
        await StartAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        _process = ChildProcess.Start(
            "redis-server",
            ["--port", $"{_port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            new Dictionary<string, string>(),
            readyText: "Ready to accept connections",
            Path.Combine(_directory, "redis.log"));
        await _process.ReadyLine.WaitAsync(StartTimeout, cancellation);
    }
}
