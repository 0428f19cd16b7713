using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Training.Runs;

public sealed class PendingWorkReaderTests
{
    [Fact]
    public async Task A_trainer_that_starts_counts_each_committed_label_once_and_withdrawn_ones_not()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var kept = TrainingBench.Feedback("a", "good report", "positive");
        var withdrawn = TrainingBench.Feedback("b", "bad report", "negative");
        await AppendAsync(bench, kept, withdrawn, kept with { Label = "neutral" }, TrainingBench.Withdrawal(withdrawn, second: 1));
        await CommitAllAsync(bench);
        await AppendAsync(bench, TrainingBench.Feedback("c", "plain report", "neutral"));

        await bench.CreatePendingWorkReader().RestoreAsync(TrainingBench.Cancellation);

        Assert.Equal(1, bench.Pending.CountFeedback("default"));
    }

    private static async Task AppendAsync(TrainingBench bench, params object[] events)
    {
        foreach (var item in events)
        {
            await bench.Log.AppendAsync(
                [item is FeedbackReceived given ? Record(given.Id, given) : Record(((FeedbackWithdrawn)item).Id, (FeedbackWithdrawn)item)],
                TrainingBench.Cancellation);
        }
    }

    private static NewRecord Record<T>(string id, T value) => EventRecord.Create(Topics.Feedback, id, value, TrainingBench.Start);

    private static async Task CommitAllAsync(TrainingBench bench)
    {
        await using var reader = await bench.Log.JoinAsync(ConsumerGroups.Training, [Topics.Feedback], TrainingBench.Cancellation);
        for (var read = 0; read < 4;)
        {
            var batch = await reader.ReadAsync(10, TrainingBench.Cancellation);
            read += batch.Records.Count;
            await reader.CommitAsync(batch, [], TrainingBench.Cancellation);
        }
    }
}
