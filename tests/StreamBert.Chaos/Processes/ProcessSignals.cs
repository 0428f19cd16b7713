using System.Diagnostics;

namespace StreamBert.Chaos.Processes;

/// <summary>Sends POSIX signals to processes.</summary>
public static class ProcessSignals
{
    /// <summary>
    /// Stops the process as Ctrl-C does. This is SIGTERM, because a process that a shell started in the background ignores SIGINT.
    /// </summary>
    public const string Terminate = "TERM";

    /// <summary>Suspends the process; it keeps its connections and does not respond.</summary>
    public const string Suspend = "STOP";
    public const string Resume = "CONT";

    /// <returns>The exit code of <c>kill</c>; 0 if the signal was delivered.</returns>
    public static async Task<int> SendAsync(int processId, string signal, CancellationToken cancellation = default)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{processId}"]);
        await kill.WaitForExitAsync(cancellation);
        return kill.ExitCode;
    }
}
