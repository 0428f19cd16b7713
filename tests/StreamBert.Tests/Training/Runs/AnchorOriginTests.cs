using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Model.Datasets;
using StreamBert.Model.Packages;
using StreamBert.Tests.Model;
using StreamBert.Training.Datasets;
using StreamBert.Training.Registry;
using StreamBert.Training.Runs;

namespace StreamBert.Tests.Training.Runs;

public sealed class AnchorOriginTests : IDisposable
{
    private static readonly AnchorText[] Anchor =
    [
        new("good shares", "sentiment", "positive", AnchorText.EvaluationPart),
        new("bad shares", "sentiment", "negative", AnchorText.EvaluationPart),
        new("good news", "sentiment", "positive", AnchorText.TrainingPart),
    ];

    private readonly TempFolder _folder = new();
    private readonly ModelDirectory _directory;

    public AnchorOriginTests() => _directory = new(_folder["models"], _folder["shipped"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_oldest_version_with_the_anchor_answers_it()
    {
        Add("v1", Anchor[..1]);
        Add("v2", Anchor);
        Add("v3", Anchor);
        Add("v4", Anchor);

        var origin = Find("v4", Anchor, "v1", "v2", "v3", "v4");

        Assert.Equal("v2", origin!.Version);
        Assert.Equal(("sentiment", 2), (Assert.Single(origin.Answers).Head, origin.Answers[0].Texts.Count));
    }

    [Fact]
    public void A_version_that_was_removed_or_cannot_be_read_is_passed_over()
    {
        Add("v2", Anchor);
        Add("v3", Anchor);
        File.WriteAllText(Path.Combine(_directory.Resolve("tiny/v2"), "streambert.json"), "{");

        Assert.Equal("v3", Find("v4", Anchor, "v1", "v2", "v3", "v4")!.Version);
    }

    [Fact]
    public void The_first_version_and_one_without_an_anchor_have_no_origin()
    {
        Add("v1", Anchor);
        Add("v2", []);

        Assert.Null(Find("v1", Anchor, "v1"));
        Assert.Null(Find("v2", [], "v1", "v2"));
    }

    private void Add(string version, IReadOnlyList<AnchorText> anchor)
    {
        var package = _directory.Resolve(ModelDirectory.NameOf("tiny", version));
        TinyModel.Save(package, version);
        ModelPackage.WriteAnchor(package, anchor);
    }

    private AnchorOrigin? Find(string champion, IReadOnlyList<AnchorText> anchor, params IEnumerable<string> served) => AnchorOrigin.Find(
        _directory, served.Select(static version => new ServedVersion(version, ModelDirectory.NameOf("tiny", version))), champion,
        new TrainingDataset(new([], []), new([], []), anchor, []), NullLogger.Instance);
}
