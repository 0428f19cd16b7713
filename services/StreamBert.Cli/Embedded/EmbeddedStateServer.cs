using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Garnet;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Embedded;

/// <summary>
/// Runs a Redis-compatible server in this process (Garnet), on a free port of the loopback interface and protected by a random password.
/// Its content survives a restart. Its files contain no checksums, so a list of checksums is written when it stops. After a kill, or if a
/// file differs from the list, it starts empty and the projection rebuilds it from the log; otherwise a damaged byte could become a wrong
/// answer.
/// </summary>
internal sealed class EmbeddedStateServer : IAsyncDisposable
{
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(10);

    private readonly string _directory;
    private readonly FileStream _lock;
    private readonly int _port = FindFreePort();
    private readonly string _password = RandomNumberGenerator.GetHexString(32);
    private GarnetServer? _server;

    /// <exception cref="LogInUseException">Another process uses the directory.</exception>
    public EmbeddedStateServer(string directory)
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
                $"Another process uses '{Path.GetDirectoryName(directory)}'. Stop it, or use another data directory (--data DIR).", e);
        }
    }

    public string ConnectionString => $"127.0.0.1:{_port},password={_password}";

    private string FilesDirectory => Path.Combine(_directory, "garnet");

    /// <returns>Why the existing content was discarded; null if it was loaded, or if there was none.</returns>
    /// <exception cref="PortTakenException">
    /// Another process took the port after it was chosen; a new instance chooses another one.
    /// </exception>
    public string? Start()
    {
        var damage = FindDamage();
        if (damage is not null)
            Directory.Delete(FilesDirectory, recursive: true);
        try
        {
            StartServer();
            return damage;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or PortTakenException) && Directory.Exists(FilesDirectory))
        {
            _server?.Dispose();
            Directory.Delete(FilesDirectory, recursive: true);
            StartServer();
            return $"its files cannot be read: {e.Message}";
        }
    }

    /// <summary>Flushes the memory to disk and stops the server.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            var isFlushed = await FlushAsync(_server);
            Stop(_server);
            if (isFlushed)
                new FileChecksums(_directory, FilesDirectory).Write();
        }
        await _lock.DisposeAsync();
    }

    /// <summary>Verifies the files. The list of checksums is deleted, because the files change from now on.</summary>
    private string? FindDamage()
    {
        if (!Directory.Exists(FilesDirectory) || !Directory.EnumerateFiles(FilesDirectory, "*", SearchOption.AllDirectories).Any())
            return null;
        var checksums = new FileChecksums(_directory, FilesDirectory);
        var damage = checksums.FindDamage();
        checksums.Delete();
        return damage;
    }

    private static void Stop(GarnetServer server)
    {
        try
        {
            server.Dispose();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Content that could not be written is rebuilt from the log.
        }
    }

    /// <returns>False if the disk is slow or full; the missing content is rebuilt from the log at the next start.</returns>
    private static async Task<bool> FlushAsync(GarnetServer server)
    {
        using var timeout = new CancellationTokenSource(FlushTimeout);
        try
        {
            await server.Store.CommitAOFAsync(timeout.Token);
            await server.Store.WaitForCommitAsync(timeout.Token);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException) // the append-only file never recovers from a full disk
        {
            return false;
        }
    }

    private void StartServer()
    {
        _server = new GarnetServer(CreateArguments(), NullLoggerFactory.Instance);
        try
        {
            _server.Start();
        }
        catch (Exception e) when (IsPortTaken(e))
        {
            throw new PortTakenException($"The port {_port} of the state store was taken by another process before it was used; start "
                + "again.", e);
        }
    }

    private static bool IsPortTaken(Exception? e) =>
        e is not null && (e is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } || IsPortTaken(e.InnerException));

    /// <summary>
    /// Returns the settings of the server: little memory and the rest on disk; every change is in the append-only file within 200 ms, and
    /// checkpoints shorten that file. The managed storage device is used because the native one requires libaio.
    /// </summary>
    private string[] CreateArguments() =>
    [
        "--bind", "127.0.0.1", "--port", $"{_port}", "--auth", "Password", "--password", _password, "--protected-mode", "no",
        "-q", "--disable-console-logger", "--logger-level", "None", "--device-type", "RandomAccess",
        "--memory", "64m", "--page", "1m", "--segment", "64m", "--index", "4m",
        "--storage-tier", "--logdir", FilesDirectory, "--checkpointdir", FilesDirectory,
        "--compaction-freq", "60", "--compaction-type", "Lookup", "--compaction-force-delete",
        "--aof", "--aof-memory", "16m", "--aof-page-size", "2m", "--aof-segment-size", "32m",
        "--aof-commit-freq", "200", "--checkpoint-freq", "120",
        "--recover", "--fail-on-recovery-error",
    ];

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
