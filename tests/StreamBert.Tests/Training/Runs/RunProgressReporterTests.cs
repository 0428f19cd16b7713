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

    private static async Task<IReadOnlyList<TrainingReported>> ReadAsync(TrainingBench bench)
    {
        var reports = new List<TrainingReported>();
        await foreach (var record in bench.Log.ReadToEndAsync(Topics.Models, null, TrainingBench.Cancellation))
            reports.Add(Assert.IsType<TrainingReported>(ModelHistory.ReadEvent(record)));
        return reports;
    }

    private static TrainingProgress Step(int step) => new("fine-tuning", 1, 2, step, 100, 0.5, 800, TimeSpan.FromSeconds(40));
}
