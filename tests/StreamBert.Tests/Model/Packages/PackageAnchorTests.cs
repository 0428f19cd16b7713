using StreamBert.Model;
using StreamBert.Model.Datasets;
using StreamBert.Model.Packages;
using StreamBert.Model.Training;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Tests.Model.Training;
using StreamBert.Tests.Model.Training.FineTuning;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Model.Packages;

[Collection(nameof(SeededTraining))]
public sealed class PackageAnchorTests : IDisposable
{
    private static readonly AnchorText[] Anchor =
    [
        new("prices fall", "sentiment", "negative", AnchorText.EvaluationPart),
        new("oil today", "topic", "oil", AnchorText.TrainingPart),
    ];

    private readonly TempFolder _folder = new();

    public PackageAnchorTests() => TinyModel.Save(_folder["base"], "base-v1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_package_without_an_anchor_has_no_such_texts() => Assert.Empty(ModelPackage.ReadAnchor(_folder["base"]));

    [Fact]
    public void The_anchor_is_covered_by_the_checksums_and_not_by_the_fingerprint()
    {
        var fingerprint = ModelPackage.ComputeFingerprint(_folder["base"]);
        ModelPackage.WriteAnchor(_folder["base"], Anchor);

        Assert.Equal(Anchor, ModelPackage.ReadAnchor(_folder["base"]));
        Assert.Equal(fingerprint, ModelPackage.ComputeFingerprint(_folder["base"]));
        ModelPackage.Verify(_folder["base"]);
        File.AppendAllText(_folder["base/anchor.jsonl"], "\n");
        Assert.Contains(
            "anchor.jsonl is damaged", Assert.Throws<ModelPackageException>(() => ModelPackage.Verify(_folder["base"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_keeps_the_anchor()
    {
        ModelPackage.WriteAnchor(_folder["base"], Anchor);

        ModelPackage.Copy(_folder["base"], _folder["copy"], "v2");

        Assert.Equal(Anchor, ModelPackage.ReadAnchor(_folder["copy"]));
        ModelPackage.Verify(_folder["copy"]);
    }

    [Fact]
    public void An_anchor_of_no_text_is_no_file()
    {
        ModelPackage.WriteAnchor(_folder["base"], Anchor);
        ModelPackage.WriteAnchor(_folder["base"], []);

        Assert.False(File.Exists(_folder["base/anchor.jsonl"]));
        ModelPackage.Verify(_folder["base"]);
    }

    [Theory]
    [InlineData("""{"text":"a","head":"mood","label":"negative","part":"training"}""", "line 2: the package has no head 'mood'")]
    [InlineData("""{"text":"a","head":"topic","label":"gold","part":"training"}""", "line 2: the head 'topic' has no label 'gold'")]
    [InlineData("""{"text":"a","head":"topic","label":"oil","part":"test"}""", "line 2: the part 'test' must be evaluation or training")]
    [InlineData("""{"text":"a"}""", "line 2: ")]
    [InlineData("text", "line 2: ")]
    public void A_line_that_is_no_text_of_the_package_is_refused_by_number(string line, string expected)
    {
        ModelPackage.WriteAnchor(_folder["base"], [Anchor[0]]);
        File.AppendAllText(_folder["base/anchor.jsonl"], line + "\n");

        var refusal = Assert.Throws<ModelPackageException>(() => ModelPackage.ReadAnchor(_folder["base"]));

        Assert.Contains("anchor.jsonl, " + expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_draws_the_anchor_of_its_heads_and_keeps_that_of_the_others()
    {
        ModelPackage.WriteAnchor(_folder["base"], [Anchor[0]]);

        TextTrainer.Run(Task("out"), new() { Epochs = 1, FreezeEncoder = true, Threads = 1 }, Context());

        var anchor = ModelPackage.ReadAnchor(_folder["out"]);
        Assert.Contains(Anchor[0], anchor);
        Assert.Equal(6, anchor.Count(static text => text is { Head: "mood", Part: AnchorText.EvaluationPart }));
        Assert.Equal(54, anchor.Count(static text => text is { Head: "mood", Part: AnchorText.TrainingPart }));
    }

    [Fact]
    public void Training_stores_no_text_if_none_is_wanted()
    {
        ModelPackage.WriteAnchor(_folder["base"], Anchor);

        TextTrainer.Run(Task("out") with { HasAnchor = false }, new() { Epochs = 1, FreezeEncoder = true, Threads = 1 }, Context());

        Assert.Empty(ModelPackage.ReadAnchor(_folder["out"]));
    }

    private TextTrainingTask Task(string output) => new(_folder["base"], _folder[output], [ToyTexts.CreateHead("mood", 60)]);

    private static TrainingContext Context() => new(TimeProvider.System, null, TestContext.Current.CancellationToken);
}
