using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Garnet;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Hosting;

/// <summary>
/// A Redis-compatible server in this process (Garnet), on a free port of the loopback address and behind a password of its own. What it
/// holds survives a restart and a kill; if its files cannot be read it starts empty, and the read side rebuilds it from the log.
/// </summary>
internal sealed class EmbeddedState : IAsyncDisposable
{
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(10);

    private readonly string _directory;
    private readonly FileStream _lock;
    private readonly int _port = FreePort();
    private readonly string _password = RandomNumberGenerator.GetHexString(32);
    private GarnetServer? _server;

    /// <exception cref="LogInUseException">Another process holds the directory.</exception>
    public EmbeddedState(string directory)
    {
        _directory = directory;
        PrivateFiles.CreateDirectory(directory);
        try
        {
            _lock = PrivateFiles.Open(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException e)
        {
            throw new LogInUseException(
                $"Another process uses '{Path.GetDirectoryName(directory)}'. Stop it, or give this one a directory of its own with --data DIR.", e);
        }
    }

    public string ConnectionString => $"127.0.0.1:{_port},password={_password}";

    /// <returns>False if what stood in the directory could not be recovered and was left aside.</returns>
    public bool Start()
    {
        try
        {
            StartServer();
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException && Directory.Exists(Files))
        {
            _server?.Dispose();
            Directory.Delete(Files, recursive: true);
            StartServer();
            return false;
        }
    }

    /// <summary>Writes what is still in memory, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await FlushAsync(_server);
        _server?.Dispose();
        await _lock.DisposeAsync();
    }

    private static async Task FlushAsync(GarnetServer server)
    {
        using var limit = new CancellationTokenSource(LongestFlush);
        try
        {
            await server.Store.CommitAOFAsync(limit.Token);
            await server.Store.WaitForCommitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // A disk that slow: what is missing is rebuilt from the log at the next start.
        }
    }

    private string Files => Path.Combine(_directory, "garnet");

    private void StartServer()
    {
        _server = new GarnetServer(Arguments(), NullLoggerFactory.Instance);
        _server.Start();
    }

    /// <summary>
    /// Small memory with the rest on disk; every change in the append-only file within 200 ms, checkpoints shorten that file. Its native
    /// device would need libaio, so the managed one is used.
    /// </summary>
    private string[] Arguments() =>
    [
        "--bind", "127.0.0.1", "--port", $"{_port}", "--auth", "Password", "--password", _password, "--protected-mode", "no",
        "-q", "--disable-console-logger", "--logger-level", "None", "--device-type", "RandomAccess",
        "--memory", "64m", "--page", "1m", "--segment", "64m", "--index", "4m", "--storage-tier", "--logdir", Files, "--checkpointdir", Files,
        "--compaction-freq", "60", "--compaction-type", "Lookup", "--compaction-force-delete",
        "--aof", "--aof-memory", "16m", "--aof-page-size", "2m", "--aof-segment-size", "32m", "--aof-commit-freq", "200", "--checkpoint-freq", "120",
        "--recover", "--fail-on-recovery-error",
    ];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
