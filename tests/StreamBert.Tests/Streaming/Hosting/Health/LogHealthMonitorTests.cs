using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Hosting.Health;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Tests.Streaming.Hosting.Health;

public sealed class LogHealthMonitorTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Readiness _readiness = new();
    private readonly Lines _lines = new();
    private Task<IReadOnlyList<PartitionInfo>> _answer = Answer();

    [Fact]
    public void An_outage_of_ten_seconds_shows() =>
        Assert.True(LogHealthMonitor.ProbeInterval + LogHealthMonitor.ProbeTimeout < TimeSpan.FromSeconds(10));

    [Fact]
    public async Task A_log_that_does_not_answer_is_not_ready_until_it_answers()
    {
        using var health = await StartAsync();
        await UntilAsync(() => IsReady == true);
        var silent = new TaskCompletionSource<IReadOnlyList<PartitionInfo>>();
        _answer = silent.Task;

        await UntilAsync(() => IsReady == false);
        Assert.Contains("has not answered for", _readiness.Parts[Readiness.Log].Detail, StringComparison.Ordinal);
        _answer = Answer();
        silent.SetResult(await _answer);

        await UntilAsync(() => IsReady == true);
        await health.StopAsync(TestContext.Current.CancellationToken);
        Assert.Collection(
            _lines.All,
            static away => Assert.Contains("not available", away, StringComparison.Ordinal),
            static back => Assert.Contains("answers again after", back, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_reason_is_shown_and_an_outage_however_long_is_logged_once()
    {
        _answer = Task.FromException<IReadOnlyList<PartitionInfo>>(new LogUnavailableException("No broker is there."));
        using var health = await StartAsync();
        await UntilAsync(() => IsReady == false);

        for (var minute = 0; minute < 5; minute++)
            await PassAsync(TimeSpan.FromMinutes(1));

        Assert.Contains("No broker is there.", _readiness.Parts[Readiness.Log].Detail, StringComparison.Ordinal);
        Assert.Contains("No broker is there.", Assert.Single(_lines.All), StringComparison.Ordinal);
        await health.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_log_that_has_lost_its_topics_is_not_ready()
    {
        _answer = Task.FromResult<IReadOnlyList<PartitionInfo>>([]);
        using var health = await StartAsync();

        await UntilAsync(() => IsReady == false);

        Assert.Contains(Topics.Models, _readiness.Parts[Readiness.Log].Detail, StringComparison.Ordinal);
        await health.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_log_that_refuses_writes_degrades_the_process_with_the_reason_until_a_write_is_taken()
    {
        _refusal = new LogUnavailableException("The disk is full.");
        using var health = await StartAsync();

        await UntilAsync(() => _readiness.Status == "degraded" && Volatile.Read(ref _probes) > 0);
        var degraded = Assert.Single(_readiness.Degradations);
        Assert.Equal(Readiness.Log, degraded.Component);
        Assert.Contains("The disk is full.", degraded.Reason, StringComparison.Ordinal);
        _refusal = null;

        await UntilAsync(() => _readiness.Status == "ready");
        await health.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Damage_that_a_read_found_degrades_the_process_with_a_remedy()
    {
        _damage = new LogUnavailableException("The embedded log 'log.db' is damaged.");
        using var health = await StartAsync();

        await UntilAsync(() => _readiness.Status == "degraded");

        var degraded = Assert.Single(_readiness.Degradations);
        Assert.Equal(Readiness.LogFiles, degraded.Component);
        Assert.Contains("'log.db' is damaged", degraded.Reason, StringComparison.Ordinal);
        Assert.Contains("streambert repair", degraded.Remedy, StringComparison.Ordinal);
        await health.StopAsync(TestContext.Current.CancellationToken);
    }

    private Exception? _refusal, _damage;
    private int _probes;

    /// <summary>Null: not known yet.</summary>
    private bool? IsReady => _readiness.Parts.GetValueOrDefault(Readiness.Log)?.IsReady;

    private static Task<IReadOnlyList<PartitionInfo>> Answer()
        => Task.FromResult<IReadOnlyList<PartitionInfo>>([new(Topics.Models, 0, 0, 0)]);

    private async Task<LogHealthMonitor> StartAsync()
    {
        var log = Stub.Of<IEventLog>(
            (nameof(IEventLog.DescribeAsync), _ => _answer), ("get_WriteFailure", _ => _refusal), ("get_ReadFailure", _ => _damage),
            (nameof(IEventLog.AppendAsync), _ =>
            {
                Interlocked.Increment(ref _probes); return Task.FromResult<IReadOnlyList<RecordPosition>>(
                []);
            }
        ));
        var health = new LogHealthMonitor(log, _readiness, new(new()), new(_time, NullLogger<Supervisor>.Instance), _time, _lines);
        await health.StartAsync(TestContext.Current.CancellationToken);
        return health;
    }

    private async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
            await PassAsync(TimeSpan.FromSeconds(1));
    }

    private async Task PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        await Task.Yield();
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }

    private sealed class Lines : ILogger<LogHealthMonitor>
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> All => _lines;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => _lines.Add(formatter(state, exception));
    }
}
