using StreamBert.Contracts;
using StreamBert.Inference.Serving;
using StreamBert.Model;
using StreamBert.Model.Manifests;
using StreamBert.Tests.Inference.Serving;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Inference.Outputs;

/// <summary>
/// Tests the entities in predictions, with a real model whose entity head recognises every word as an entity.
/// </summary>
public sealed class EntityOutputTests : IDisposable
{
    private const string Text = "acme buys (globex).";
    private readonly TempFolder _folder = new();

    public EntityOutputTests() => TinyPackage.Write(Path.Combine(_folder.Path, "default"), "default-v1", (HeadManifest[])
    [
        new() { Name = "sentiment", Labels = ["negative", "neutral", "positive"] },
        new() { Name = "entities", Labels = ["B-ORG", "B-LOC"], Task = HeadTask.TokenClassification, Pooling = Pooling.None },
    ]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_prediction_contains_the_entities_with_offsets_and_text_beside_the_other_heads()
    {
        var found = await PredictAsync(new() { Name = "news", Heads = ["sentiment", "entities"] });

        Assert.Equal(["sentiment"], found.Heads.Keys);
        Assert.Equal(
            [(0, 4, "acme"), (5, 9, "buys"), (11, 17, "globex")],
            found.Entities!.Select(static entity => (entity.Start, entity.End, entity.Text!)));
        Assert.All(
            found.Entities!,
            static entity => Assert.True(entity is { Head: "entities", Type: "ORG" or "LOC", Confidence: >= 0.5 and <= 1 }));
    }

    [Fact]
    public async Task Entities_have_offsets_but_no_text_where_privacy_forbids_the_text()
    {
        var found = await PredictAsync(new() { Name = "news", Heads = ["entities"], Privacy = new() { KeepText = false } });

        Assert.Empty(found.Heads);
        Assert.Equal(3, found.Entities!.Count);
        Assert.All(found.Entities!, static entity => Assert.Null(entity.Text));
    }

    [Fact]
    public async Task A_pipeline_without_an_entity_head_gets_no_entities() =>
        Assert.Null((await PredictAsync(new() { Name = "news", Heads = ["sentiment"] })).Entities);

    private async Task<TextClassified> PredictAsync(PipelineOptions pipeline)
    {
        var model = new ModelLoader(_folder.Path, _folder.Path, [ComputeOptions.Default]).LoadShipped("default", pipeline.Heads);
        await using var bench = new InferenceBench(model, [pipeline]);
        await bench.CreateTopicsAsync();
        await bench.AppendAsync(InferenceBench.Text("1", Text));
        await using var loop = bench.Start();
        return Assert.Single(await bench.PredictionsAsync(1));
    }
}
