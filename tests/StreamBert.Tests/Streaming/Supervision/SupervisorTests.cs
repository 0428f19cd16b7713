using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Tests.Streaming.Supervision;

public sealed class SupervisorTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private readonly FakeTimeProvider _time = new();
    private readonly Readiness _readiness = new(TimeProvider.System);
    private readonly RecordingLogger _log = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private Supervisor Supervisor => new(_time, _log, _readiness);

    [Fact]
    public async Task A_step_is_retried_until_it_succeeds()
    {
        var attempts = 0;

        var result = await AdvanceUntilAsync(Supervisor.RunOnceAsync(
            "The step", _ => ++attempts < 4 ? throw new InvalidOperationException("not yet") : Task.FromResult("done"), _stop.Token));

        Assert.Equal(("done", 4, 3), (result, attempts, _log.Lines.Count));
    }

    [Fact]
    public async Task No_delay_is_longer_than_the_maximum()
    {
        var task = new SupervisedTask("The step") { InitialDelay = TimeSpan.FromMilliseconds(100), MaxDelay = TimeSpan.FromSeconds(1) };
        var attempts = new List<DateTimeOffset>();

        await AdvanceUntilAsync(Supervisor.RunOnceAsync(task, _ => Attempt(attempts, 12), _stop.Token));

        var delays = Delays(attempts);
        Assert.All(delays, static delay => Assert.InRange(delay, TimeSpan.Zero, TimeSpan.FromSeconds(1) + Tick));
        Assert.True(delays[6..].Sum(static delay => delay.Ticks) > delays[..3].Sum(static delay => delay.Ticks), "The delays do not grow.");
    }

    [Fact]
    public async Task After_progress_the_next_delay_is_the_initial_one_again()
    {
        var task = new SupervisedTask("The loop") { InitialDelay = TimeSpan.FromMilliseconds(100) };
        var attempts = new List<DateTimeOffset>();

        await AdvanceUntilAsync(Supervisor.RunAsync(
            task,
            (progressed, _) =>
            {
                attempts.Add(_time.GetUtcNow());
                if (attempts.Count >= 8)
                    progressed();
                if (attempts.Count == 10)
                    _stop.Cancel();
                throw new InvalidOperationException("broken");
            },
            _stop.Token));

        Assert.All(Delays(attempts)[7..], static delay => Assert.InRange(delay, TimeSpan.Zero, TimeSpan.FromMilliseconds(140) + Tick));
    }

    [Fact]
    public async Task A_loop_that_returns_starts_again_at_once()
    {
        var runs = 0;

        await Supervisor.RunAsync("The loop", _ => ++runs == 3 ? _stop.CancelAsync() : Task.CompletedTask, _stop.Token);

        Assert.Equal(3, runs);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task Stopping_waits_for_the_loop_and_throws_nothing()
    {
        var drained = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        var running = Supervisor.RunAsync(
            "The loop",
            async _ =>
            {
                started.SetResult();
                await drained.Task;
            },
            _stop.Token);
        await started.Task;

        await _stop.CancelAsync();
        Assert.False(running.IsCompleted);
        drained.SetResult();

        await running;
    }

    [Fact]
    public async Task A_loop_that_fails_while_it_is_stopped_is_logged()
    {
        await Supervisor.RunAsync(
            "The loop",
            async _ =>
            {
                await _stop.CancelAsync();
                throw new InvalidOperationException("broken");
            },
            _stop.Token);

        Assert.Contains("The loop failed while it was being stopped", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_that_is_not_retryable_reaches_the_caller()
    {
        var task = new SupervisedTask("The step") { IsRetryable = static exception => exception is LogUnavailableException };

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Supervisor.RunOnceAsync(task, static _ => throw new InvalidOperationException("wrong"), _stop.Token));

        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task While_a_step_fails_its_part_of_the_readiness_waits()
    {
        var failures = new List<Exception>();
        var task = new SupervisedTask("The step") { ReadinessPart = "log", OnFailure = failures.Add };
        var attempts = 0;

        await AdvanceUntilAsync(Supervisor.RunOnceAsync(
            task, _ => ++attempts < 2 ? throw new InvalidOperationException("no broker") : Task.CompletedTask, _stop.Token));

        Assert.Equal(new ReadinessPart(false, "no broker"), _readiness.Parts["log"]);
        Assert.Equal("no broker", Assert.Single(failures).Message);
    }

    [Fact]
    public async Task An_unavailable_dependency_is_a_warning_and_any_other_failure_an_error_with_its_stack()
    {
        var attempts = 0;

        await AdvanceUntilAsync(Supervisor.RunOnceAsync(
            "The step",
            _ => ++attempts switch
            {
                1 => throw new LogUnavailableException("No broker answers."),
                2 => throw new InvalidOperationException("broken"),
                _ => Task.CompletedTask,
            },
            _stop.Token));

        Assert.Collection(
            _log.Lines,
            static line => Assert.True(line is (LogLevel.Warning, _, null)
                && line.Text.EndsWith("No broker answers.", StringComparison.Ordinal)),
            static line => Assert.True(line is (LogLevel.Error, _, InvalidOperationException)));
    }

    [Fact]
    public async Task A_periodic_step_runs_at_once_and_then_once_per_interval()
    {
        var runs = new List<DateTimeOffset>();

        await AdvanceUntilAsync(Supervisor.RunPeriodicallyAsync(
            "The check",
            TimeSpan.FromSeconds(1),
            _ =>
            {
                runs.Add(_time.GetUtcNow());
                return runs.Count == 4 ? _stop.CancelAsync() : Task.CompletedTask;
            },
            _stop.Token));

        Assert.All(Delays(runs), static delay => Assert.InRange(delay, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1) + Tick));
    }

    [Fact]
    public void A_step_on_the_callers_thread_is_retried_there()
    {
        var threads = new List<int>();
        var supervisor = new Supervisor(TimeProvider.System, _log);

        supervisor.RunOnce(
            SupervisedTask.WithDelay("The step", TimeSpan.FromMilliseconds(1)),
            _ =>
            {
                threads.Add(Environment.CurrentManagedThreadId);
                if (threads.Count < 3)
                    throw new InvalidOperationException("not yet");
            },
            _stop.Token);

        Assert.Equal(Enumerable.Repeat(Environment.CurrentManagedThreadId, 3), threads);
    }

    [Fact]
    public async Task A_step_that_is_cancelled_before_it_succeeds_says_so()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Supervisor.RunOnceAsync(
            "The step",
            async _ =>
            {
                await _stop.CancelAsync();
                throw new InvalidOperationException("broken");
            },
            _stop.Token));
    }

    private Task Attempt(List<DateTimeOffset> attempts, int wanted)
    {
        attempts.Add(_time.GetUtcNow());
        return attempts.Count < wanted ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
    }

    private static List<TimeSpan> Delays(List<DateTimeOffset> times) =>
        [.. times.Zip(times.Skip(1), static (before, after) => after - before)];

    private async Task AdvanceUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _time.Advance(Tick);
            await Task.Yield();
        }
        await task;
    }

    private async Task<T> AdvanceUntilAsync<T>(Task<T> task)
    {
        await AdvanceUntilAsync((Task)task);
        return await task;
    }

    private sealed class RecordingLogger : ILogger<Supervisor>
    {
        public List<(LogLevel Level, string Text, Exception? Exception)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
            string> formatter) =>
            Lines.Add((logLevel, formatter(state, exception), exception));
    }
}
