using System.Diagnostics;
using StreamBert.Contracts;
using StreamBert.Streaming.Files;

namespace StreamBert.Streaming.Log.Embedded.Files;

/// <summary>
/// Locks a data directory for this process with an exclusive lock of the operating system, which ends with the process however it ends.
/// A file beside the lock names the process that holds it.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    /// <summary>EAGAIN of Linux and of macOS, and Windows' sharing violation.</summary>
    private static readonly int[] SharingViolations = [11, 35, unchecked((int)0x80070020)];

    private const int MaxOwnerBytes = 4096;
    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <exception cref="LogInUseException">Another process, or another log of this one, holds the directory.</exception>
    public static DirectoryLock Take(string directory, DateTimeOffset now)
    {
        PrivateFiles.CreateDirectory(directory);
        var owner = Path.Combine(directory, "log.owner");
        var taken = new DirectoryLock(Open(directory, owner));
        using var text = new StreamWriter(PrivateFiles.Open(owner, FileMode.Create));
        text.Write(
            $"process {Environment.ProcessId} ({Process.GetCurrentProcess().ProcessName}) on {Environment.MachineName} since {now:u}");
        return taken;
    }

    public void Dispose() => _file.Dispose();

    private static FileStream Open(string directory, string owner)
    {
        try
        {
            return PrivateFiles.Open(Path.Combine(directory, "log.lock"), FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException e) when (SharingViolations.Contains(e.HResult))
        {
            throw new LogInUseException(
                $"The embedded log in '{directory}' is held by {Holder(owner)}. Only one process at a time can use an embedded log: " +
                "stop that one, give this one its own directory (Log:Directory), or run both on Kafka (Log:Engine=kafka with "
                    + "Kafka:BootstrapServers).", e);
        }
    }

    private static string Holder(string owner)
    {
        try
        {
            return RegularFile.Text(owner, MaxOwnerBytes);
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
