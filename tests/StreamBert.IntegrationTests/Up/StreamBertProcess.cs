using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using StreamBert.Chaos.Processes;

namespace StreamBert.IntegrationTests.Up;

/// <summary>A service of this build in a process of its own.</summary>
internal sealed class StreamBertProcess : IAsyncDisposable
{
    private const string Cli = "StreamBert.Cli";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _out = [];
    private readonly ConcurrentQueue<string> _error = [];

    private StreamBertProcess(string project, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(project == Cli ? BuiltProgram.StreamBert : BuiltProgram.GetPath(project), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(_out, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_error, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    public IReadOnlyCollection<string> Out => _out;

    public string Everything => string.Join('\n', _out.Concat(_error));

    /// <summary>How many lines it has written.</summary>
    public int Lines => _out.Count + _error.Count;

    public bool HasExited => _process.HasExited;

    /// <summary>The most memory that it has ever had resident (VmHWM), in bytes.</summary>
    public long PeakBytes => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").Single(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The command <c>streambert</c>.</summary>
    public static StreamBertProcess Start(params string[] arguments) => new(Cli, new Dictionary<string, string>(), arguments);

    /// <summary>The command <c>streambert</c>, with environment variables of its own.</summary>
    public static StreamBertProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
        => new(Cli, environment, arguments);

    /// <summary>One of the four services, set up by environment variables.</summary>
    public static StreamBertProcess StartService(string project, IReadOnlyDictionary<string, string> environment)
        => new(project, environment, []);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int Code, string Out, string Everything)> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        var code = await process.ExitAsync();
        return (code, string.Join('\n', process.Out), process.Everything);
    }

    /// <summary>Waits for the banner of <c>up</c> and returns the address in it.</summary>
    public async Task<Uri> ReadyAsync()
    {
        const string Address = "Dashboard ";
        await UntilAsync(() => _out.Concat(_error).Any(static line => line.Contains(Address, StringComparison.Ordinal)), "is ready");
        return new(_out.Concat(_error).First(static line => line.Contains(Address, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1]);
    }

    /// <summary>The exit code, once the process has ended and all it wrote was read.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The process did not end. It wrote:\n{Everything}");
        }
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: no code of the process runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>SIGTERM, which stops it as Ctrl-C does; SIGINT is ignored by what was started in the background of a shell.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits until something holds, as long as the process lives.</summary>
    public async Task UntilAsync(Func<bool> holds, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.False(_process.HasExited, $"The process ended before it {what}. It wrote:\n{Everything}");
            Assert.True(clock.Elapsed < Patience, $"It never {what}. It wrote:\n{Everything}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }
}
