using System.ComponentModel;
using System.Diagnostics;

namespace StreamBert.Chaos.Processes;

/// <summary>A process of the system under test whose output goes to a file, and the faults that can be injected into it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StreamWriter _output;
    private readonly TaskCompletionSource<string> _readyLine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _readyText;
    private volatile bool _hasExited;

    private ChildProcess(ProcessStartInfo start, string readyText, StreamWriter output)
    {
        (_readyText, _output) = (readyText, output);
        _process = new() { StartInfo = start, EnableRaisingEvents = true };
        _process.Exited += (_, _) => _hasExited = true;
        _process.Start();
        _process.OutputDataReceived += (_, line) => OnLine(line.Data);
        _process.ErrorDataReceived += (_, line) => OnLine(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    /// <summary>The first line of output that contains the ready text. It never completes if the process exits before.</summary>
    public Task<string> ReadyLine => _readyLine.Task;

    public int Id => _process.Id;

    /// <summary>Whether the process has exited. Thread-safe, also after disposal.</summary>
    public bool HasExited => _hasExited;

    /// <param name="readyText">The text with which the process reports that it is ready.</param>
    /// <param name="outputFile">The file that the output is appended to.</param>
    public static ChildProcess Start(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string readyText,
        string outputFile) =>
        new(
            BuiltProgram.CreateStartInfo(program, arguments, environment),
            readyText,
            new StreamWriter(outputFile, append: true) { AutoFlush = true });

    /// <summary>Runs a program until it exits.</summary>
    public static async Task<(int Code, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var start = BuiltProgram.CreateStartInfo(program, arguments);
        (start.RedirectStandardInput, start.RedirectStandardError) = (false, false);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, output);
    }

    /// <summary>Sends SIGKILL and waits until the process has exited.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _hasExited = true;
    }

    public Task SignalAsync(string signal) => ProcessSignals.SendAsync(_process.Id, signal);

    /// <summary>Stops the process as Ctrl-C does and waits until it has exited.</summary>
    /// <exception cref="OperationCanceledException">The process did not exit within <paramref name="timeout"/>.</exception>
    public async Task StopAsync(TimeSpan timeout)
    {
        await SignalAsync(ProcessSignals.Terminate);
        using var limit = new CancellationTokenSource(timeout);
        await _process.WaitForExitAsync(limit.Token);
    }

    /// <summary>Delays each fsync of the process for a while.</summary>
    /// <returns>False if strace is not installed or is not permitted to attach.</returns>
    public async Task<bool> SlowDiskAsync(TimeSpan delay, TimeSpan duration, CancellationToken cancellation)
    {
        var injection = $"inject=fsync,fdatasync:delay_enter={(long)delay.TotalMicroseconds}";
        string[] arguments = ["-f", "-q", "-p", $"{_process.Id}", "-e", "trace=fsync,fdatasync", "-e", injection, "-o", "/dev/null"];
        try
        {
            using var strace = Process.Start(new ProcessStartInfo("strace", arguments) { RedirectStandardError = true })!;
            await Task.WhenAny(strace.WaitForExitAsync(cancellation), Task.Delay(duration, cancellation));
            if (strace.HasExited)
                return _hasExited;
            await ProcessSignals.SendAsync(strace.Id, ProcessSignals.Terminate, CancellationToken.None);
            await strace.WaitForExitAsync(cancellation);
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_hasExited)
            await KillAsync();
        _process.WaitForExit(); // unlike the asynchronous call, returns only after all output has been read
        _process.Dispose();
        await _output.DisposeAsync();
    }

    private void OnLine(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.WriteLine(line);
        if (line.Contains(_readyText, StringComparison.Ordinal))
            _readyLine.TrySetResult(line);
    }
}
