using StreamBert.Model;
using StreamBert.Model.Checkpoints;
using StreamBert.Model.Classification;
using StreamBert.Model.Manifests;
using StreamBert.Model.Onnx;
using StreamBert.Model.Packages;
using StreamBert.Model.SafeTensors;
using StreamBert.Tests.Model.Packages;

namespace StreamBert.Tests.Model.Onnx;

/// <summary>
/// Imports exports of a tiny checkpoint. The oracle is the checkpoint: names, shapes and bits of its tensors, and its config.
/// </summary>
public sealed class OnnxImportTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public OnnxImportTests() => PlainCheckpoint.Write(_folder["checkpoint"]);

    [Theory]
    [InlineData(MatrixForm.Anonymous, "")]
    [InlineData(MatrixForm.Anonymous, "0.auto_model.")]
    [InlineData(MatrixForm.Gemm, "bert.")]
    [InlineData(MatrixForm.TransposedGemm, "bert.")]
    [InlineData(MatrixForm.TransposeNode, "model.bert.")]
    internal void An_export_in_any_form_has_the_weights_and_sizes_of_its_checkpoint(MatrixForm form, string prefix)
    {
        var manifest = Import(BertExport.Create(_folder["checkpoint"], form, prefix));

        Assert.Empty(manifest.Heads);
        AssertSameTensors(static name => !name.StartsWith("classifier", StringComparison.Ordinal)
            && !name.Contains("pooler", StringComparison.Ordinal));
        var (expected, actual) = (ReadConfig("checkpoint"), ReadConfig("package"));
        Assert.Equal(expected with { Architecture = "BertModel", Labels = null }, actual with { Labels = null });
    }

    [Fact]
    public void An_export_with_a_classifier_predicts_as_its_checkpoint()
    {
        var manifest = Import(BertExport.Create(_folder["checkpoint"], withClassifier: true), _folder["checkpoint"]);

        AssertSameTensors(static _ => true);
        Assert.Equal(PlainCheckpoint.Labels, Assert.Single(manifest.Heads).Labels);
        using var expected = TextClassifier.Load(_folder["checkpoint"]);
        using var actual = TextClassifier.Load(_folder["package"]);
        Assert.Equal(Classify(expected), Classify(actual));
    }

    [Fact]
    public void Without_a_config_the_classifier_has_the_default_labels()
    {
        var manifest = Import(BertExport.Create(_folder["checkpoint"], withClassifier: true));

        Assert.Equal(["LABEL_0", "LABEL_1", "LABEL_2"], Assert.Single(manifest.Heads).Labels);
    }

    [Fact]
    public void A_fused_LayerNormalization_states_its_epsilon()
    {
        var file = BertExport.Create(_folder["checkpoint"]);
        var at = file.Nodes.FindIndex(static node => node.Inputs.Contains("embeddings.LayerNorm.weight"));
        file.Nodes[at] = ("LayerNormalization", ["sum", "embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias"], ["normalized"],
            [("epsilon", 1e-7f)]);

        Import(file);

        Assert.Equal(1e-7, ReadConfig("package").LayerNormEpsilon);
    }

    [Fact]
    public void A_copied_initializer_has_the_name_of_its_copy()
    {
        var file = BertExport.Create(_folder["checkpoint"]);
        var at = file.Tensors.FindIndex(static tensor => tensor.Name == "encoder.layer.0.output.LayerNorm.bias");
        file.Tensors[at] = file.Tensors[at] with { Name = "shared" };
        file.Add("Identity", ["shared"], "encoder.layer.0.output.LayerNorm.bias");

        Import(file);

        AssertSameTensors(static name => name.EndsWith("output.LayerNorm.bias", StringComparison.Ordinal));
    }

    [Fact]
    public void Values_listed_one_by_one_are_those_of_raw_bytes()
    {
        var listed = OnnxFile.Message(static output =>
        {
            OnnxFile.Write(output, 1, 2L);
            OnnxFile.Write(output, 2, 1L);
            foreach (var value in new[] { 0.5f, -2f })
            {
                output.WriteTag(4, Google.Protobuf.WireFormat.WireType.Fixed32);
                output.WriteFloat(value);
            }
        });

        var tensor = OnnxTensorReader.Read(listed);

        Assert.Equal(OnnxFile.Bytes(0.5f, -2f), tensor.RequireWeights().Values.ToArray());
    }

    [Fact]
    public void The_package_states_its_pooling_and_has_verified_checksums()
    {
        File.WriteAllBytes(_folder["model.onnx"], BertExport.Create(_folder["checkpoint"]).ToBytes());
        File.Copy(Path.Combine(_folder["checkpoint"], "vocab.txt"), _folder["vocab.txt"]);

        OnnxImport.Write(
            OnnxSource.Open(_folder["model.onnx"], "v7") with { Embedding = new() { Pooling = EmbeddingManifest.ClsToken } },
            _folder["package"]);

        ModelPackage.Verify(_folder["package"]);
        var manifest = ModelPackage.ReadManifest(_folder["package"]);
        Assert.Equal(("v7", EmbeddingManifest.ClsToken, 32), (manifest.Version, manifest.Embedding!.Pooling, manifest.MaxTokens));
    }

    [Fact]
    public void A_vocabulary_with_Windows_line_ends_is_stored_with_line_feeds()
    {
        var vocabulary = File.ReadAllText(Path.Combine(_folder["checkpoint"], "vocab.txt"));
        File.WriteAllText(_folder["windows.txt"], vocabulary.ReplaceLineEndings("\r\n"));

        OnnxImport.Write(Source(BertExport.Create(_folder["checkpoint"]).ToBytes()) with
        {
            Companions = new Dictionary<string, string> { ["vocab.txt"] = _folder["windows.txt"] },
        }, _folder["package"]);

        Assert.Equal(vocabulary.ReplaceLineEndings("\n"), File.ReadAllText(Path.Combine(_folder["package"], "vocab.txt")));
    }

    public void Dispose() => _folder.Dispose();

    private static OnnxSource Source(byte[] content) => new("model.onnx", content) { Version = "v1" };

    private static float[] Classify(TextClassifier model) => model.Classify([model.Encode("oil prices fall")])[0].Logits["label"];

    private PackageManifest Import(OnnxFile file, string? configDirectory = null)
    {
        var companions = new Dictionary<string, string> { ["vocab.txt"] = Path.Combine(_folder["checkpoint"], "vocab.txt") };
        if (configDirectory is not null)
            companions["config.json"] = Path.Combine(configDirectory, "config.json");
        return OnnxImport.Write(Source(file.ToBytes()) with { Companions = companions }, _folder["package"]);
    }

    private EncoderConfig ReadConfig(string directory) => EncoderConfigReader.Read(Path.Combine(_folder[directory], "config.json"));

    private void AssertSameTensors(Func<string, bool> isCompared)
    {
        using var expected = CheckpointTensors.Open(_folder["checkpoint"]);
        using var actual = CheckpointTensors.Open(_folder["package"]);
        var names = expected.Names.Where(isCompared).ToList();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            using var ours = actual.Read(name, expected.GetShape(name));
            using var theirs = expected.Read(name);
            Assert.Equal(theirs.data<float>().ToArray(), ours.data<float>().ToArray());
        }
    }
}
