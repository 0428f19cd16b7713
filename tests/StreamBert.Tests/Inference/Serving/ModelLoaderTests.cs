using StreamBert.Inference.Serving;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;

namespace StreamBert.Tests.Inference.Serving;

public sealed class ModelLoaderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("streambert-models-").FullName;
    private readonly ModelLoader _loader;

    public ModelLoaderTests()
    {
        TinyPackage.Write(Path.Combine(Registry, "default", "v2"), "v2", "sentiment");
        TinyPackage.Write(Path.Combine(Shipped, "default"), "v1", "sentiment");
        _loader = new(Registry, Shipped, [ComputeOptions.Default]);
    }

    private string Registry => Path.Combine(_root, "registry");
    private string Shipped => Path.Combine(_root, "shipped");
    private string Sha256 => ModelPackage.HashWeights(Path.Combine(Registry, "default", "v2"));

    [Fact]
    public void Copies_on_several_devices_return_the_results_of_one()
    {
        var one = _loader.LoadShipped("default", ["sentiment"]);
        var two = new ModelLoader(Registry, Shipped, [ComputeOptions.Default, ComputeOptions.Default]).LoadShipped(
            "default",
            ["sentiment"]);
        EncodedText[] texts = [one.Encode("the shares rose")];

        var answers = Enumerable.Range(0, 16).AsParallel().WithDegreeOfParallelism(4).Select(_ => two.Predict(texts)[0].Embedding).ToList();

        Assert.All(answers, answer => Assert.Equal(one.Predict(texts)[0].Embedding, answer));
        one.Unload();
        two.Unload();
    }

    [Fact]
    public void A_promoted_version_is_loaded_from_its_path_in_the_registry_and_classifies()
    {
        var model = _loader.Load(new("default", "v2", "default/v2", Sha256), ["sentiment"]);

        var answer = Assert.Single(model.Predict([model.Encode("some text")]));
        Assert.Equal(("v2", 1.0), (model.Version, Math.Round(answer.Heads["sentiment"].Scores.Values.Sum(), 4)));
        model.Unload();
    }

    [Fact]
    public void The_shipped_package_serves_before_a_promotion_and_after_a_rollback_to_it()
    {
        var first = _loader.LoadShipped("default", ["sentiment"]);
        var again = _loader.Load(new("default", "v1", Path.Combine(Shipped, "default"), null), ["sentiment"]);

        Assert.Equal(("v1", "v1"), (first.Version, again.Version));
        first.Unload();
        again.Unload();
    }

    [Fact]
    public void Changed_weights_are_refused() =>
        Assert.Contains("SHA-256", Refusal(new("default", "v2", "default/v2", new string('0', 64))), StringComparison.Ordinal);

    [Fact]
    public void A_package_outside_the_models_directories_is_refused()
    {
        TinyPackage.Write(Path.Combine(_root, "elsewhere"), "v2", "sentiment");

        Assert.Contains("outside", Refusal(new("default", "v2", "../elsewhere", null)), StringComparison.Ordinal);
        Assert.Contains("outside", Refusal(new("default", "v2", Path.Combine(_root, "elsewhere"), null)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_of_another_version_is_refused() =>
        Assert.Contains("declares the version v2, not v3", Refusal(new("default", "v3", "default/v2", Sha256)), StringComparison.Ordinal);

    [Fact]
    public void A_package_without_a_head_that_a_pipeline_uses_is_refused_by_the_heads_name() =>
        Assert.Contains("intent", Refusal(new("default", "v2", "default/v2", Sha256), "sentiment", "intent"), StringComparison.Ordinal);

    [Fact]
    public void A_missing_package_is_refused() =>
        Assert.Contains("does not exist", Refusal(new("default", "v9", "default/v9", Sha256)), StringComparison.Ordinal);

    [Fact]
    public void A_model_without_a_shipped_package_is_refused_with_a_remedy() =>
        Assert.Contains(
            "Promote one",
            Assert.Throws<ModelPackageException>(() => _loader.LoadShipped("other", [])).Message,
            StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Refusal(ModelTarget target, params string[] heads) =>
        Assert.Throws<ModelPackageException>(() => _loader.Load(target, heads)).Message;
}
