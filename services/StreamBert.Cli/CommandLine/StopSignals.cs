using System.Runtime.InteropServices;

namespace StreamBert.Cli.CommandLine;

/// <summary>Requests a clean stop at the first SIGINT (Ctrl-C) or SIGTERM, and ends the process with exit code 130 at the second.</summary>
internal sealed class StopSignals : IDisposable
{
    private const int InterruptedExitCode = 130;

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public StopSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (_stop.IsCancellationRequested)
            Environment.Exit(InterruptedExitCode);
        _stop.Cancel();
    }
}
