using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace StreamBert.Tests.Streaming.State;

/// <summary>A real redis-server on a free port, without a disk. Skips the test that needs it where it is not installed.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly Process _process;

    private RedisServer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }
    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>Where it speaks TLS, if it was started with <c>--tls-port</c>.</summary>
    public string TlsConnectionString { get; private init; } = "";

    public static Task<RedisServer> StartAsync(params string[] settings) => StartAsync(FreePort(), settings);

    public static async Task<RedisServer> StartAsync(int chosen, params string[] settings)
    {
        var start = new ProcessStartInfo(
            "redis-server",
            ["--port", $"{chosen}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Started(start);
        var ready = new TaskCompletionSource();
        process.OutputDataReceived += (_, output) =>
        {
            if (output.Data is null)
            {
                ready.TrySetException(
                new InvalidOperationException("redis-server ended at its start; is its port taken?"));
            }
            else if (output.Data.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await ready.Task.WaitAsync(TestContext.Current.CancellationToken);
        return new(process, chosen)
        {
            TlsConnectionString = $"127.0.0.1:{settings.ElementAtOrDefault(settings.IndexOf("--tls-port") + 1)}"
        };
    }

    /// <summary>SIGSTOP: it keeps its connections and answers nobody.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    public Task ResumeAsync() => SignalAsync("CONT");

    private async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("redis-server is not installed; install Redis 7 to run the tests of the state store.");
            throw;
        }
    }
}
