using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Streaming.Log;
using StreamBert.Tests.Streaming.Log;
using StreamBert.Tests.Streaming.Schemas;
using StreamBert.Training.Gates;
using StreamBert.Training.Rollout;

namespace StreamBert.Tests.Training.Rollout;

public sealed class TrialReaderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Labels_count_although_the_first_read_of_the_excluded_annotators_failed()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync(
            Enumerable.Range(0, 40).Select(static n => TrialStream.Prediction(
                $"p{n}", n % 2 == 0 ? TrialStream.Candidate : TrialStream.Champion, "positive")),
            Topics.Predictions);
        await bench.AppendAsync(Enumerable.Range(0, 40).Select(static n => TrainingBench.Feedback($"p{n}", null, "positive")));
        var reader = CreateReader(bench, new FailingOnceLog(bench.Log, Topics.Annotators));

        await Assert.ThrowsAsync<LogUnavailableException>(() => reader.ReadAsync(TrialStream.Rollout, Cancellation));
        var (trial, isComplete) = await reader.ReadAsync(TrialStream.Rollout, Cancellation);

        Assert.True(isComplete);
        Assert.Contains(trial.Conditions, static condition => condition.Gate == Gate.Feedback);
    }

    private static TrialReader CreateReader(TrainingBench bench, IEventLog log)
    {
        var privacy = new PrivacyFilter(bench.Pipelines, bench.Keys);
        return new(log, bench.Vault, privacy, new(log, bench.Pipelines, privacy, bench.Vault, TestSchemas.None), bench.Options.Rollout);
    }

    /// <summary>A log whose first read of a topic fails.</summary>
    private sealed class FailingOnceLog(IEventLog log, string failing) : DelegatingLog(log)
    {
        private bool _hasFailed;

        public override IAsyncEnumerable<LogRecord> ReadToEndAsync(
            string topic, IReadOnlyDictionary<int, long>? from, CancellationToken cancellation, bool awaitOpenTransactions = false)
        {
            if (topic != failing || _hasFailed)
                return base.ReadToEndAsync(topic, from, cancellation, awaitOpenTransactions);
            _hasFailed = true;
            throw new LogUnavailableException("The broker cannot be reached.");
        }
    }
}
