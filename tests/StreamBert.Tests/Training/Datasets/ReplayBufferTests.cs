using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Training.Datasets;

namespace StreamBert.Tests.Training.Datasets;

public sealed class ReplayBufferTests
{
    [Fact]
    public async Task A_busy_pipeline_does_not_crowd_out_a_quiet_one()
    {
        await using var bench = await TrainingBench.CreateAsync(
            new PipelineOptions { Name = "news", Heads = ["sentiment"] }, new PipelineOptions { Name = "chat", Heads = ["sentiment"] });
        await bench.AppendAsync([.. Predictions("chat", 10), .. Predictions("news", 60)], Topics.Predictions);

        var texts = await ReadAsync(bench);

        Assert.Equal(40, texts.Count);
        Assert.Equal(10, texts.Count(static text => text.StartsWith("chat", StringComparison.Ordinal)));
        Assert.Contains("news 59", texts);
    }

    [Fact]
    public async Task Texts_that_are_not_kept_or_belong_to_another_model_are_not_replayed()
    {
        await using var bench = await TrainingBench.CreateAsync(
            new PipelineOptions { Name = "news", Heads = ["sentiment"] }, new PipelineOptions
            {
                Name = "chat",
                Model = "chat",
                Heads = ["intent"]
            });
        await bench.AppendAsync(
            [Prediction("news", 0) with { Text = null }, Prediction("chat", 1), Prediction("news", 2), Prediction("news", 2)],
            Topics.Predictions);

        Assert.Equal(
            ["news 2"],
            await ReadAsync(bench));
    }

    [Fact]
    public async Task The_champion_labels_every_head_except_where_a_person_has()
    {
        await using var bench = await TrainingBench.CreateAsync();
        using var champion = TextClassifier.Load(bench.Directories.Resolve(bench.Directories.GetShipped("default").Directory));

        var examples = ReplayBuffer.LabelTexts(
            champion,
            ["Good report", "oil prices"],
            new HashSet<FeedbackKey> { new("good report", "topic") },
            0,
            TrainingBench.Cancellation);

        Assert.Equal(
            [("Good report", "sentiment"), ("oil prices", "sentiment"), ("oil prices", "topic")],
            examples.Select(static e => (e.Text, e.Head)).Order());
    }

    [Fact]
    public async Task Predictions_below_the_confidence_are_not_replayed()
    {
        await using var bench = await TrainingBench.CreateAsync();
        using var champion = TextClassifier.Load(bench.Directories.Resolve(bench.Directories.GetShipped("default").Directory));

        Assert.Empty(ReplayBuffer.LabelTexts(champion, ["good report"], new HashSet<FeedbackKey>(), 1, TrainingBench.Cancellation));
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(TrainingBench bench) =>
    [
        .. (await new ReplayBuffer(bench.Log, bench.Pipelines, bench.Vault).ReadRecentAsync("default", 40, TrainingBench.Cancellation))
            .Select(static recent => recent.Text),
    ];

    private static IEnumerable<TextClassified> Predictions(string pipeline, int count)
        => Enumerable.Range(0, count).Select(n => Prediction(pipeline, n));

    private static TextClassified Prediction(string pipeline, int n) => new()
    {
        Id = $"{pipeline}-{n}",
        Pipeline = pipeline,
        ModelVersion = "default-v1",
        OccurredAt = TrainingBench.Start,
        ClassifiedAt = TrainingBench.Start.AddSeconds(n),
        Heads = new Dictionary<string, HeadPrediction>(),
        Tokens = 4,
        Origin = new($"texts.{pipeline}", 0, n),
        Text = $"{pipeline} {n}",
        Timings = new(0, 0, 1),
    };
}
