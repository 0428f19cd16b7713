using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StreamBert.Chaos;

/// <summary>A process of the system under test, and what is done to it.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StreamWriter _output;
    private readonly TaskCompletionSource<string> _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _awaited;
    private volatile bool _exited;

    private Child(ProcessStartInfo start, string awaited, StreamWriter output)
    {
        (_awaited, _output) = (awaited, output);
        (start.RedirectStandardOutput, start.RedirectStandardError, start.RedirectStandardInput) = (true, true, true);
        _process = new() { StartInfo = start, EnableRaisingEvents = true };
        _process.Exited += (_, _) => _exited = true;
        _process.Start();
        _process.OutputDataReceived += (_, line) => Heard(line.Data);
        _process.ErrorDataReceived += (_, line) => Heard(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    /// <summary>The first line of its output that holds the awaited words; never, if it ends before.</summary>
    public Task<string> Said => _said.Task;

    public int Id => _process.Id;

    /// <summary>May be asked from any thread, also when this is disposed.</summary>
    public bool HasExited => _exited;

    public static Child Start(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string awaited,
        string output)
    {
        var start = new ProcessStartInfo(program, arguments);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return new(start, awaited, new StreamWriter(output, append: true) { AutoFlush = true });
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int Code, string Output)> RunAsync(
        string program,
        IEnumerable<string> arguments,
        CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, output);
    }

    /// <summary>SIGKILL: no code of the process runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _exited = true;
    }

    /// <summary>Sends a signal by name, such as STOP.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Stops it as Ctrl-C does, by SIGTERM: SIGINT is ignored by what was started in the background of a shell.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        await SignalAsync("TERM");
        using var limit = new CancellationTokenSource(patience);
        await _process.WaitForExitAsync(limit.Token);
    }

    /// <summary>Makes each fsync of the process take long, for a while. False where strace is not there or may not attach.</summary>
    public async Task<bool> SlowDiskAsync(TimeSpan each, TimeSpan lasts, CancellationToken cancellation)
    {
        var delay = $"inject=fsync,fdatasync:delay_enter={(long)each.TotalMicroseconds}";
        var start = new ProcessStartInfo(
            "strace",
            ["-f", "-q", "-p", $"{_process.Id}", "-e", "trace=fsync,fdatasync", "-e", delay, "-o", "/dev/null"])
        { RedirectStandardError = true };
        try
        {
            using var strace = Process.Start(start)!;
            await Task.WhenAny(strace.WaitForExitAsync(cancellation), Task.Delay(lasts, cancellation));
            if (strace.HasExited)
                return _exited;
            using var kill = Process.Start("kill", ["-TERM", $"{strace.Id}"]);
            await strace.WaitForExitAsync(cancellation);
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_exited)
            await KillAsync();
        _process.WaitForExit(); // until all it wrote is read
        _process.Dispose();
        await _output.DisposeAsync();
    }

    private void Heard(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.WriteLine(line);
        if (line.Contains(_awaited, StringComparison.Ordinal))
            _said.TrySetResult(line);
    }
}
