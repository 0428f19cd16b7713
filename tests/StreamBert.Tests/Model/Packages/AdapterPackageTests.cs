using System.Text.Json.Nodes;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.SafeTensors;
using StreamBert.Model.Training.Adapters;
using StreamBert.Tests.Inference.Serving;
using StreamBert.Tests.Model.Adapters;
using TorchSharp;

namespace StreamBert.Tests.Model.Packages;

/// <summary>Packages of an adapter and a reference to a base package.</summary>
public sealed class AdapterPackageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public AdapterPackageTests() => TinyPackage.Write(_folder["models/base"], "v1", "sentiment", "topic");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(AdapterMethod.Lora)]
    [InlineData(AdapterMethod.AdaLora)]
    [InlineData(AdapterMethod.Bottleneck)]
    public void A_saved_adapter_predicts_as_the_trained_network(string method)
    {
        var expected = Train(_folder["models/tuned"], new AdapterOptions { Method = method, Rank = 3, BottleneckSize = 6 });

        Assert.Equal(expected, Classify(_folder["models/tuned"]), Near);
        Assert.NotEqual(expected, Classify(_folder["models/base"]), Near);
    }

    [Fact]
    public void The_files_have_PEFTs_names_and_shapes()
    {
        Train(_folder["models/tuned"]);

        using var file = SafeTensorsFile.Open(_folder["models/tuned/adapter_model.safetensors"]);
        const string layer = "base_model.model.bert.encoder.layer.0.";
        string[] modules = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
            "intermediate.dense", "output.dense"];
        Assert.Equal(
            [.. modules.SelectMany(static module => (string[])[$"{layer}{module}.lora_A.weight", $"{layer}{module}.lora_B.weight"]),
                .. ((string[])["sentiment", "topic"]).SelectMany(static head => (string[])[
                    $"base_model.model.heads.{head}.query.weight", $"base_model.model.heads.{head}.weight",
                    $"base_model.model.heads.{head}.bias"])],
            file.Names);
        Assert.Equal([4, 8], file.GetShape(layer + "intermediate.dense.lora_A.weight")); // [rank, inputs]
        Assert.Equal([16, 4], file.GetShape(layer + "intermediate.dense.lora_B.weight")); // [outputs, rank]
        var config = JsonNode.Parse(File.ReadAllText(_folder["models/tuned/adapter_config.json"]))!;
        Assert.Equal(
            ("LORA", 4, 8.0, "base", "none"),
            ((string?)config["peft_type"], (int)config["r"]!, (double)config["lora_alpha"]!, (string?)config["base_model_name_or_path"],
                (string?)config["bias"]));
        Assert.Equal(
            ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"],
            config["target_modules"]!.AsArray().Select(static module => (string)module!));
        Assert.Equal(
            ["heads.sentiment.query", "heads.sentiment", "heads.topic.query", "heads.topic"],
            config["modules_to_save"]!.AsArray().Select(static module => (string)module!));
    }

    [Fact]
    public void Target_modules_match_no_other_module()
    {
        Train(_folder["models/tuned"], new AdapterOptions { Targets = ["value", "output"], Rank = 2 });

        // "output.dense" would also match attention.output.dense
        var config = JsonNode.Parse(File.ReadAllText(_folder["models/tuned/adapter_config.json"]))!;
        Assert.Equal(
            ["value", "bert.encoder.layer.0.output.dense"],
            config["target_modules"]!.AsArray().Select(static module => (string)module!));
    }

    [Fact]
    public void The_only_head_with_the_pooler_is_the_classifier_of_a_checkpoint()
    {
        HeadManifest[] heads = [new() { Name = "label", Labels = ["a", "b"], Pooling = Pooling.Cls }];
        TinyPackage.Write(_folder["models/base"], "v1", heads);

        Train(_folder["models/tuned"]);

        using var file = SafeTensorsFile.Open(_folder["models/tuned/adapter_model.safetensors"]);
        Assert.Equal([2, 8], file.GetShape("base_model.model.classifier.weight"));
        var config = JsonNode.Parse(File.ReadAllText(_folder["models/tuned/adapter_config.json"]))!;
        Assert.Equal("SEQ_CLS", (string?)config["task_type"]);
        Assert.Equal("classifier", (string?)config["modules_to_save"]!.AsArray().Single());
    }

    [Fact]
    public void A_package_refers_to_its_base_by_name_and_checksum()
    {
        Train(_folder["models/tuned"]);

        var manifest = ModelPackage.ReadManifest(_folder["models/tuned"]);
        Assert.Equal(("base", ModelPackage.HashWeights(_folder["models/base"])), (manifest.Base!.Name, manifest.Base.Sha256));
        Assert.False(File.Exists(_folder["models/tuned/model.safetensors"]));
        Assert.Equal(manifest.Sha256, ModelPackage.HashWeights(_folder["models/tuned"]));
        ModelPackage.Verify(_folder["models/tuned"]);
        Assert.InRange(
            PackageInfo.Read(_folder["models/tuned"]).ParameterCount, PackageInfo.Read(_folder["models/base"]).ParameterCount + 1, 10_000);
    }

    [Fact]
    public void Another_base_is_refused()
    {
        Train(_folder["models/tuned"]);
        TinyPackage.Write(_folder["models/base"], "v2", "sentiment");

        var changed = Assert.Throws<ModelPackageException>(() => TextClassifier.Load(_folder["models/tuned"])).Message;
        Directory.Delete(_folder["models/base"], recursive: true);
        var missing = Assert.Throws<ModelPackageException>(() => TextClassifier.Load(_folder["models/tuned"])).Message;

        Assert.Contains("is an adapter of the package 'base' with the weights", changed, StringComparison.Ordinal);
        Assert.Contains("but found", changed, StringComparison.Ordinal);
        Assert.Contains("neither beside it nor among the installed models", missing, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_adapter_is_refused()
    {
        Train(_folder["models/tuned"]);
        File.AppendAllText(_folder["models/tuned/adapter_config.json"], " ");

        var refusal = Assert.Throws<ModelPackageException>(() => TextClassifier.Load(_folder["models/tuned"])).Message;

        Assert.Contains("adapter_config.json is damaged", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_without_its_base_beside_it_has_the_weights_of_the_base()
    {
        var expected = Train(_folder["models/tuned"]);

        var copied = ModelPackage.Copy(_folder["models/tuned"], _folder["registry/mine/v1"], "v1");
        Directory.Delete(_folder["models"], recursive: true);

        Assert.Null(copied.Base);
        Assert.Equal(expected, Classify(_folder["registry/mine/v1"]), Near);
        ModelPackage.Verify(_folder["registry/mine/v1"]);
    }

    [Fact]
    public void A_copy_beside_its_base_refers_to_it()
    {
        var expected = Train(_folder["models/tuned"]);

        var copied = ModelPackage.Copy(_folder["models/tuned"], _folder["models/copy"], "v1");

        Assert.Equal("base", copied.Base?.Name);
        Assert.Equal(expected, Classify(_folder["models/copy"]), Near);
    }

    [Fact]
    public void A_text_has_the_same_logits_in_a_batch_as_alone()
    {
        Train(_folder["models/tuned"], new AdapterOptions { Method = AdapterMethod.Bottleneck });
        using var model = TextClassifier.Load(_folder["models/tuned"]);
        var texts = Enumerable.Range(1, 20).Select(n => model.Encode(new string('a', n))).ToList();

        var together = model.Classify(texts);

        Assert.All(together.Zip(texts), pair => Assert.Equal(
            model.Classify([pair.Second])[0].Logits["topic"], pair.First.Logits["topic"], static (a, b) => Math.Abs(a - b) < 1e-5));
    }

    [Theory]
    [InlineData(ComputeOptions.Int8)]
    [InlineData(ComputeOptions.BFloat16)]
    public void Bottlenecks_compute_in_other_precisions(string dtype)
    {
        Train(_folder["models/tuned"], new AdapterOptions { Method = AdapterMethod.Bottleneck });
        using var exact = TextClassifier.Load(_folder["models/tuned"]);
        using var rough = TextClassifier.Load(_folder["models/tuned"], new ComputeOptions(Dtype: dtype));

        Assert.Equal(
            exact.Classify([exact.Encode("abc")])[0].Logits["topic"], rough.Classify([rough.Encode("abc")])[0].Logits["topic"],
            static (a, b) => Math.Abs(a - b) < 0.1);
    }

    [Fact]
    public void A_package_with_bottlenecks_takes_no_other_adapter()
    {
        Train(_folder["models/tuned"], new AdapterOptions { Method = AdapterMethod.Bottleneck });

        var refusal = Assert.Throws<ModelPackageException>(() => Train(_folder["models/twice"], source: _folder["models/tuned"])).Message;

        Assert.Contains("bottleneck adapters, which cannot be merged", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_can_adapt_an_adapter()
    {
        Train(_folder["models/tuned"]);

        var expected = Train(_folder["models/twice"], source: _folder["models/tuned"], seed: 5);

        Assert.Equal(expected, Classify(_folder["models/twice"]), Near);
    }

    [Theory]
    [InlineData(AdapterMethod.Lora)]
    [InlineData(AdapterMethod.Bottleneck)]
    public void A_fine_tuned_network_of_an_adapter_package_has_all_weights_itself(string method)
    {
        Train(_folder["models/tuned"], new AdapterOptions { Method = method });

        var expected = Train(_folder["models/full"], new AdapterOptions { Method = AdapterMethod.Full }, _folder["models/tuned"]);
        Directory.Delete(_folder["models/base"], recursive: true);

        Assert.Null(ModelPackage.ReadManifest(_folder["models/full"]).Base);
        Assert.Equal(expected, Classify(_folder["models/full"]), static (a, b) => Math.Abs(a - b) < 0.05); // stored as float16
    }

    [Fact]
    public void Loading_an_adapter_leaves_no_tensor_behind()
    {
        Train(_folder["models/tuned"]);
        ModelPackage.Load(_folder["models/tuned"]).Network.Dispose();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var i = 0; i < 3; i++) ModelPackage.Load(_folder["models/tuned"]).Network.Dispose();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static bool Near(float a, float b) => Math.Abs(a - b) < 1e-4;

    /// <summary>Attaches an adapter to a package, changes it and the heads, and saves it.</summary>
    /// <returns>The logits of the network.</returns>
    private float[] Train(string directory, AdapterOptions? options = null, string? source = null, int seed = 3)
    {
        source ??= _folder["models/base"];
        var package = ModelPackage.Load(source);
        using var network = package.Network;
        var tuner = Tuner.Attach(network, options ?? new AdapterOptions { Rank = 4, Alpha = 8 }, seed);
        AdapterNetwork.Perturb(network, name => ParameterShapes.IsAdapter(name) || ParameterShapes.IsHead(name), seed);
        tuner.Save(source, directory, package.Manifest with { Version = "tuned", Parent = package.Manifest.Version });
        return AdapterNetwork.ComputeLogits(network);
    }

    private static float[] Classify(string directory)
    {
        using var network = ModelPackage.Load(directory).Network;
        return AdapterNetwork.ComputeLogits(network);
    }
}
