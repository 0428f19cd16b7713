using StreamBert.Contracts;
using StreamBert.Training.Datasets.Stored;

namespace StreamBert.Tests.Training.Runs;

public sealed class TrainingRunTests
{
    private const string Liar = "annotator 1";

    [Fact]
    public async Task A_candidate_that_learned_from_an_annotator_who_lies_is_refused_and_he_is_named()
    {
        await using var bench = await TrainingBench.CreateAsync();
        bench.Options.LearningRate = 1e-8; // the gate judges the labels, however well the candidate learned them
        await bench.AppendAsync(Enumerable.Range(0, 180).Select(GiveOneInThreeLies));

        var trained = await TrainAsync(bench);

        Assert.False(trained.Accepted);
        Assert.Contains(trained.Gates, static gate => gate.StartsWith("failed: annotators:", StringComparison.Ordinal)
            && gate.Contains($"'{Liar}'", StringComparison.Ordinal));
        Assert.Equal([false, true, false], trained.Annotators.Select(static annotator => annotator.Unreliable));
    }

    [Fact]
    public async Task The_labels_of_a_run_are_stored_as_the_data_set_that_its_event_names()
    {
        await using var bench = await TrainingBench.CreateAsync();
        bench.Options.LearningRate = 1e-8;
        await bench.AppendAsync(Enumerable.Range(0, 120).Select(GiveOneInThreeLies));

        var trained = await TrainAsync(bench);

        var store = new DatasetStore(bench.Directories.Datasets, bench.Keys);
        var manifest = Assert.Single(store.List());
        Assert.Equal((trained.Dataset, 120), (manifest.Hash, manifest.Training + manifest.Evaluation));
        var rows = store.ReadRows(manifest.Hash);
        Assert.Equal(manifest.Hash, DatasetStore.HashRows(rows));
        Assert.Empty(rows.Where(static row => row.Part == StoredLabel.TrainingPart).Select(static row => row.Group)
            .Intersect(rows.Where(static row => row.Part == StoredLabel.EvaluationPart).Select(static row => row.Group)));
    }

    private static async Task<ModelTrained> TrainAsync(TrainingBench bench)
    {
        await using (await RunningService.StartAsync(bench.CreateTrainer()))
            await bench.ModelEventsAsync(1);
        return Assert.IsType<ModelTrained>((await bench.ModelEventsAsync())[0]);
    }

    private static FeedbackReceived GiveOneInThreeLies(int n)
    {
        var feedback = TrainingBench.LearnableFeedback(n) with { Annotator = $"annotator {n / 3 % 3}" };
        return feedback.Annotator != Liar ? feedback : feedback with { Label = TinyModel.Sentiments[(n + 1) % 3] };
    }
}
