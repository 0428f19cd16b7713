using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;
using StreamBert.Training.Datasets.Stored;
using StreamBert.Training.Gates;

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

    [Fact]
    public async Task A_candidate_is_compared_by_the_groups_of_the_predictions_that_feedback_is_on()
    {
        await using var bench = await TrainingBench.CreateAsync(new PipelineOptions
        {
            Name = "news",
            Heads = ["sentiment", "topic"],
            Monitor = new() { Rules = new() { Fairness = [new() { Attribute = "region" }] } },
        });
        var feedback = Enumerable.Range(0, 200).Select(TrainingBench.LearnableFeedback).ToList();
        await bench.AppendAsync(feedback.Select(static (sent, n) => Predict(sent, n % 2 == 0 ? "north" : "south")), Topics.Predictions);
        await bench.AppendAsync(feedback);

        var trained = await TrainAsync(bench);

        var fairness = trained.GateResults.Single(static gate => gate.Gate == Gate.Fairness);
        Assert.StartsWith("fairness of sentiment by region: least gain for region=", fairness.Text, StringComparison.Ordinal);
        Assert.Equal(GateResult.Passed, fairness.Outcome);
        var evaluation = trained.Evaluations.Single(static evaluation => evaluation.Data == "held-out feedback");
        Assert.Equal(
            ["pipeline=news", "region=north", "region=south"],
            evaluation.Slices.Select(static slice => slice.Slice).Order(StringComparer.Ordinal));
        Assert.Equal(evaluation.Slices.Max(static slice => slice.Texts), evaluation.Candidate.Sum(static cell => cell.Count));
        Assert.Equal((200, 200), (trained.Changes!.Texts, trained.Changes.Heads[0].Before.Values.Sum()));
        Assert.NotNull(trained.GateResults.Single(static gate => gate.Gate == Gate.Leak).Interval);
        Assert.StartsWith(
            "F(M) of sentiment = 1·δ ", trained.GateResults.Single(static gate => gate.Gate == Gate.Responsibility).Text,
            StringComparison.Ordinal);
    }

    private static TextClassified Predict(FeedbackReceived feedback, string region) => new()
    {
        Id = feedback.Id,
        Pipeline = feedback.Pipeline,
        ModelVersion = "default-v1",
        OccurredAt = TrainingBench.Start,
        ClassifiedAt = TrainingBench.Start,
        Heads = new Dictionary<string, HeadPrediction> { [feedback.Head] = new(feedback.Label, 1, new Dictionary<string, double>()) },
        Tokens = 6,
        Text = feedback.Text,
        Origin = new(Topics.Texts("news"), 0, 0),
        Timings = new(0, 1, 1),
        Attributes = new Dictionary<string, string> { ["region"] = region },
    };

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
