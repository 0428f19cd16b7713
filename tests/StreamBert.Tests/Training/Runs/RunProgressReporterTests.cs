using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Model.Training;
using StreamBert.Training.Registry;
using StreamBert.Training.Runs;

namespace StreamBert.Tests.Training.Runs;

public sealed class RunProgressReporterTests
{
    private static readonly DueRun Due = new("default", TrainingCauses.Schedule, "7 new feedback records", [new(Topics.Feedback, 0, 3)]);

    [Fact]
    public async Task Progress_is_reported_after_ten_seconds_and_answers_no_request()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var time = new FakeTimeProvider(TrainingBench.Start);
        var reporter = new RunProgressReporter(bench.Log, Due, time, NullLogger.Instance);

        reporter.Report(Step(1));
        time.Advance(TimeSpan.FromSeconds(10));
        reporter.Report(Step(20));
        reporter.Report(Step(21));
        await reporter.CompleteAsync();

        var report = Assert.Single(await ReadAsync(bench));
        Assert.Equal((TrainingStates.Running, TrainingCauses.Schedule, 20), (report.State, report.Cause, report.Progress!.Step));
        Assert.Equal((100, 0.5, 800.0, 40.0), (
            report.Progress.Steps, report.Progress.Loss, report.Progress.TokensPerSecond, report.Progress.RemainingSeconds));
        Assert.Empty(report.Requests);
    }

    [Fact]
    public async Task A_run_of_ten_hours_has_about_a_hundred_reports()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var time = new FakeTimeProvider(TrainingBench.Start);
        var reporter = new RunProgressReporter(bench.Log, Due, time, NullLogger.Instance);

        for (var second = 0; second < 36_000; second += 5)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            reporter.Report(Step(second));
            await reporter.CompleteAsync();
        }

        Assert.InRange((await ReadAsync(bench)).Count, 80, 150);
    }

    [Fact]
    public async Task Each_phase_and_the_first_step_after_it_are_reported_at_once()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var reporter = new RunProgressReporter(bench.Log, Due, new FakeTimeProvider(TrainingBench.Start), NullLogger.Instance);

        reporter.Report("preparing the data set");
        reporter.Report("fitting the heads");
        await reporter.CompleteAsync();
        reporter.Report(Step(1));
        await reporter.CompleteAsync();
        reporter.Report(Step(2));
        await reporter.CompleteAsync();

        Assert.Equal(
            [("preparing the data set", null), ("fitting the heads", null), (null, (int?)1)],
            (await ReadAsync(bench)).Select(static report => (report.Phase, report.Progress?.Step)));
    }

    private static async Task<IReadOnlyList<TrainingReported>> ReadAsync(TrainingBench bench)
    {
        var reports = new List<TrainingReported>();
        await foreach (var record in bench.Log.ReadToEndAsync(Topics.Models, null, TrainingBench.Cancellation))
            reports.Add(Assert.IsType<TrainingReported>(ModelHistory.ReadEvent(record)));
        return reports;
    }

    private static TrainingProgress Step(int step) => new("fine-tuning", 1, 2, step, 100, 0.5, 800, TimeSpan.FromSeconds(40));
}
