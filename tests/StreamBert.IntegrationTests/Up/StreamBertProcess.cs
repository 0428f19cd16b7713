using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using StreamBert.Chaos.Processes;

namespace StreamBert.IntegrationTests.Up;

/// <summary>A service of this build that runs as a process.</summary>
internal sealed class StreamBertProcess : IAsyncDisposable
{
    private const string Cli = "StreamBert.Cli";
    private const string BannerText = "Dashboard ";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _standardOutput = [];
    private readonly ConcurrentQueue<string> _standardError = [];

    private StreamBertProcess(string project, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var program = project == Cli ? BuiltProgram.StreamBert : BuiltProgram.GetPath(project);
        var start = BuiltProgram.CreateStartInfo(program, arguments, environment);
        (start.StandardOutputEncoding, start.StandardErrorEncoding) = (Encoding.UTF8, Encoding.UTF8);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Append(_standardOutput, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_standardError, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    public IReadOnlyCollection<string> StandardOutput => _standardOutput;

    /// <summary>The standard output followed by the standard error.</summary>
    public string AllOutput => string.Join('\n', _standardOutput.Concat(_standardError));

    public int LineCount => _standardOutput.Count + _standardError.Count;

    public bool HasExited => _process.HasExited;

    /// <summary>The peak resident memory (VmHWM) in bytes.</summary>
    public long PeakBytes => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").Single(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    /// <summary>Starts the command <c>streambert</c>.</summary>
    public static StreamBertProcess Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <summary>Starts the command <c>streambert</c> with additional environment variables.</summary>
    public static StreamBertProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(Cli, environment, arguments);

    /// <summary>Starts a service that environment variables configure.</summary>
    public static StreamBertProcess StartService(string project, IReadOnlyDictionary<string, string> environment) =>
        new(project, environment, []);

    /// <summary>Runs the command <c>streambert</c> until it exits.</summary>
    public static Task<(int Code, string StandardOutput, string AllOutput)> RunAsync(params string[] arguments) =>
        RunAsync(new Dictionary<string, string>(), arguments);

    /// <summary>Runs the command <c>streambert</c> with additional environment variables until it exits.</summary>
    public static async Task<(int Code, string StandardOutput, string AllOutput)> RunAsync(
        IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        await using var process = Start(environment, arguments);
        var code = await process.WaitForExitAsync();
        return (code, string.Join('\n', process.StandardOutput), process.AllOutput);
    }

    /// <summary>Waits for the banner of <c>up</c>.</summary>
    /// <returns>The address in the banner.</returns>
    public async Task<Uri> WaitUntilReadyAsync()
    {
        await WaitUntilAsync(() => FindBanner() is not null, "was ready");
        return new(FindBanner()!.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1]);
    }

    /// <summary>Waits until the process has exited and all of its output has been read.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The process did not exit. Its output:\n{AllOutput}");
        }

        return _process.ExitCode;
    }

    /// <summary>Sends SIGKILL and waits until the process has exited.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Requests a graceful stop, as Ctrl-C does.</summary>
    public async Task TerminateAsync() => Assert.Equal(
        0, await ProcessSignals.SendAsync(_process.Id, ProcessSignals.Terminate, TestContext.Current.CancellationToken));

    /// <summary>Waits until a condition holds. Fails if the process exits before.</summary>
    /// <param name="description">What the condition means, as a predicate of the process: "was ready".</param>
    public async Task WaitUntilAsync(Func<bool> condition, string description)
    {
        var started = Time.GetTimestamp();
        while (!condition())
        {
            Assert.False(_process.HasExited, $"The process exited before it {description}. Its output:\n{AllOutput}");
            Assert.True(
                Time.GetElapsedTime(started) < Timeout,
                $"{Timeout.TotalSeconds:0} s passed before the process {description}. Its output:\n{AllOutput}");
            await Task.Delay(PollInterval, Time, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private string? FindBanner() =>
        _standardOutput.Concat(_standardError).FirstOrDefault(static line => line.Contains(BannerText, StringComparison.Ordinal));

    private static void Append(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }
}
