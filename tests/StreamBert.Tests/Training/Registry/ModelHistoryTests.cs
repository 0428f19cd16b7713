using StreamBert.Contracts;
using StreamBert.Training.Registry;

namespace StreamBert.Tests.Training.Registry;

public sealed class ModelHistoryTests
{
    [Fact]
    public async Task The_next_version_follows_the_highest_one_even_if_that_was_rejected_or_rolled_back()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync(
            [Trained("default-v2"), Trained("default-v10"), Trained("other-v99") with { Model = "other" }],
            Topics.Models);

        var history = await ModelHistory.ReadAsync(bench.Log, "default", TrainingBench.Cancellation);

        Assert.Equal("default-v11", history.NextVersion("default", "default-v1"));
    }

    private static ModelTrained Trained(string version) => new()
    {
        Model = "default",
        Version = version,
        TrainedAt = TrainingBench.Start,
        TrainingSeconds = 1,
        FeedbackCount = 1,
        ReplayCount = 1,
        Candidate = [],
        Accepted = false,
        Gates = [],
    };
}
