using System.Text.Json.Nodes;
using StreamBert.Model;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.SafeTensors;
using StreamBert.Model.Training.Adapters;
using StreamBert.Tests.Inference.Serving;
using StreamBert.Tests.Model.Adapters;

namespace StreamBert.Tests.Model.Packages;

/// <summary>An exported package needs no base package, answers the same, and names its labels as Hugging Face's classes do.</summary>
public sealed class PackageExportTests : IDisposable
{
    private static readonly Func<float, float, bool> Near = static (a, b) => Math.Abs(a - b) < 1e-5;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_adapter_is_merged_and_answers_as_before_without_its_base()
    {
        TinyPackage.Write(_folder["models/base"], "v1", "sentiment", "topic");
        var expected = Train(_folder["models/tuned"], AdapterMethod.Lora);

        var architecture = PackageExport.Write(_folder["models/tuned"], _folder["out"]);
        Directory.Delete(_folder["models"], recursive: true);

        Assert.Equal("BertModel", architecture);
        Assert.Equal(expected, Classify(_folder["out"]), Near);
        Assert.Null(ModelPackage.ReadManifest(_folder["out"]).Base);
        Assert.False(File.Exists(_folder["out/adapter_config.json"]));
        ModelPackage.Verify(_folder["out"]);
    }

    [Fact]
    public void The_only_head_with_the_pooler_is_a_classifier_with_its_labels()
    {
        HeadManifest[] heads = [new() { Name = "mood", Labels = ["sad", "glad"], Pooling = Pooling.Cls }];
        TinyPackage.Write(_folder["models/base"], "v1", heads);
        var expected = Train(_folder["models/tuned"], AdapterMethod.Lora);

        Assert.Equal("BertForSequenceClassification", PackageExport.Write(_folder["models/tuned"], _folder["out"]));

        var config = JsonNode.Parse(File.ReadAllText(_folder["out/config.json"]))!;
        Assert.Equal(("sad", "glad"), ((string?)config["id2label"]!["0"], (string?)config["id2label"]!["1"]));
        Assert.Equal((1, "single_label_classification"), ((int)config["label2id"]!["glad"]!, (string?)config["problem_type"]));
        Assert.Equal("BertForSequenceClassification", (string?)config["architectures"]![0]);
        using (var file = SafeTensorsFile.Open(_folder["out/model.safetensors"]))
        {
            Assert.Contains("classifier.weight", file.Names);
            Assert.Contains("bert.pooler.dense.weight", file.Names);
            Assert.DoesNotContain(file.Names, static name => name.StartsWith("heads.", StringComparison.Ordinal));
        }
        Assert.Equal(expected, Classify(_folder["out"]), Near);
        File.Delete(_folder["out/streambert.json"]); // as other programs read it
        File.Delete(_folder["out/SHA256SUMS"]);
        Assert.Equal(["sad", "glad"], ModelPackage.ReadManifest(_folder["out"]).Heads.Single().Labels);
        Assert.Equal(expected, Classify(_folder["out"]), Near);
    }

    [Fact]
    public void Weights_without_an_adapter_are_copied_as_they_are()
    {
        TinyPackage.Write(_folder["plain"], "v1", "sentiment", "topic");

        PackageExport.Write(_folder["plain"], _folder["out"]);

        Assert.Equal(ModelPackage.HashWeights(_folder["plain"]), ModelPackage.HashWeights(_folder["out"]));
        Assert.True((bool)JsonNode.Parse(File.ReadAllText(_folder["out/tokenizer_config.json"]))!["do_lower_case"]!);
    }

    [Fact]
    public void The_labels_of_a_published_checkpoint_stay_as_they_are()
    {
        PlainCheckpoint.Write(_folder["published"]);
        var labels = JsonNode.Parse(File.ReadAllText(_folder["published/config.json"]))!["id2label"]!.ToJsonString();

        PackageExport.Write(_folder["published"], _folder["out"]);

        Assert.Equal(labels, JsonNode.Parse(File.ReadAllText(_folder["out/config.json"]))!["id2label"]!.ToJsonString());
    }

    [Fact]
    public void Bottleneck_adapters_and_a_directory_with_files_are_refused()
    {
        TinyPackage.Write(_folder["models/base"], "v1", "sentiment");
        Train(_folder["models/tuned"], AdapterMethod.Bottleneck);

        var bottleneck = Assert.Throws<ModelPackageException>(() => PackageExport.Write(_folder["models/tuned"], _folder["out"]));
        var target = Assert.Throws<ModelPackageException>(() => PackageExport.Write(_folder["models/base"], _folder["models"]));

        Assert.Contains("bottleneck adapters", bottleneck.Message, StringComparison.Ordinal);
        Assert.Contains("is not empty", target.Message, StringComparison.Ordinal);
    }

    private float[] Train(string directory, string method)
    {
        var package = ModelPackage.Load(_folder["models/base"]);
        using var network = package.Network;
        var tuner = Tuner.Attach(network, new AdapterOptions { Method = method, Rank = 4, Alpha = 8, BottleneckSize = 6 }, 3);
        AdapterNetwork.Perturb(network, static name => ParameterShapes.IsAdapter(name) || ParameterShapes.IsHead(name), 3);
        tuner.Save(_folder["models/base"], directory, package.Manifest with { Version = "tuned" });
        return AdapterNetwork.ComputeLogits(network);
    }

    private static float[] Classify(string directory)
    {
        using var network = ModelPackage.Load(directory).Network;
        return AdapterNetwork.ComputeLogits(network);
    }
}
