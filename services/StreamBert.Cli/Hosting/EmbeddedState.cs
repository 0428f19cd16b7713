using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Garnet;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Cli.CommandLine;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Hosting;

/// <summary>
/// A Redis-compatible server in this process (Garnet), on a free port of the loopback address and behind a password of its own. What it
/// holds survives a restart. Its files have no checksums of their own, so a list of them is written when it stops; after a kill, or if a
/// file is not as the list says, it starts empty, and the
/// read side rebuilds it from the log: a damaged byte would else be a wrong answer.
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

    /// <returns>Why what stood in the directory was not used; null: it was, or nothing stood there.</returns>
    /// <exception cref="PortTakenException">Another process took the port after it was chosen; a new instance has another one.</exception>
    public string? Start()
    {
        var fault = Fault();
        if (fault is not null)
            Directory.Delete(Files, recursive: true);
        try
        {
            StartServer();
            return fault;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or PortTakenException) && Directory.Exists(Files))
        {
            _server?.Dispose();
            Directory.Delete(Files, recursive: true);
            StartServer();
            return $"its files cannot be read: {e.Message}";
        }
    }

    /// <summary>What is wrong with the files; the list of them is used up, for from now on they change.</summary>
    private string? Fault()
    {
        if (!Directory.Exists(Files) || !Directory.EnumerateFiles(Files, "*", SearchOption.AllDirectories).Any())
            return null;
        var list = new FileChecksums(_directory, Files);
        var fault = list.Fault();
        list.Delete();
        return fault;
    }

    /// <summary>Writes what is still in memory, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            var whole = await FlushAsync(_server);
            Stop(_server);
            if (whole)
                new FileChecksums(_directory, Files).Write();
        }
        await _lock.DisposeAsync();
    }

    private static void Stop(GarnetServer server)
    {
        try
        {
            server.Dispose();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What it could not write is rebuilt from the log.
        }
    }

    /// <returns>False: a disk that is slow or full; what is missing is rebuilt from the log at the next start.</returns>
    private static async Task<bool> FlushAsync(GarnetServer server)
    {
        using var limit = new CancellationTokenSource(LongestFlush);
        try
        {
            await server.Store.CommitAOFAsync(limit.Token);
            await server.Store.WaitForCommitAsync(limit.Token);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException) // its log of changes never recovers from a disk that was full
        {
            return false;
        }
    }

    private string Files => Path.Combine(_directory, "garnet");

    private void StartServer()
    {
        _server = new GarnetServer(Arguments(), NullLoggerFactory.Instance);
        try
        {
            _server.Start();
        }
        catch (Exception e) when (IsPortTaken(e))
        {
            throw new PortTakenException(
                $"The state store's port {_port} was taken by another process in the moment it was to be used; start again.",
                e);
        }
    }

    private static bool IsPortTaken(Exception? e) =>
        e is not null && (e is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } || IsPortTaken(e.InnerException));

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

/// <summary>A port that was free was taken by another process before it could be used.</summary>
internal sealed class PortTakenException(string message, Exception inner) : CliException(message, inner);
