using StreamBert.Model;
using StreamBert.Model.Onnx;
using StreamBert.Tests.Model.Packages;

namespace StreamBert.Tests.Model.Onnx;

/// <summary>Files that are no export of a BERT encoder: each is refused with the name of the file, the place and the way out.</summary>
public sealed class OnnxRefusalTests : IDisposable
{
    private const string Query = "encoder.layer.0.attention.self.query";

    private readonly TempFolder _folder = new();

    public OnnxRefusalTests() => PlainCheckpoint.Write(_folder["checkpoint"]);

    [Theory]
    [InlineData("")]
    [InlineData("PK\u0003\u0004 a pickle in a zip archive")]
    [InlineData("{ \"model_type\": \"bert\" }")]
    public void A_file_in_another_format_is_refused(string content) =>
        AssertRefused(System.Text.Encoding.Latin1.GetBytes(content), "is no ONNX model");

    [Fact]
    public void A_file_that_ends_anywhere_is_refused()
    {
        var complete = Export().ToBytes();
        for (var length = 0; length < complete.Length - 10; length += 97)
            AssertRefused(complete[..length], "model.onnx");
    }

    [Fact]
    public void A_length_beyond_the_file_allocates_nothing()
    {
        var hostile = OnnxFile.Message(static output =>
        {
            output.WriteTag(7, Google.Protobuf.WireFormat.WireType.LengthDelimited);
            output.WriteLength(int.MaxValue);
        });
        var before = GC.GetAllocatedBytesForCurrentThread();

        AssertRefused(hostile, "only the beginning of one");

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData(-8)]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(long.MaxValue)]
    public void A_shape_that_its_values_do_not_fill_is_refused(long rows)
    {
        var file = Export();
        var at = file.Tensors.FindIndex(static tensor => tensor.Name == Query + ".bias");
        file.Tensors[at] = file.Tensors[at] with { Shape = [rows] };

        AssertRefused(file, Query + ".bias");
    }

    [Theory]
    [InlineData("embeddings.word_embeddings.weight")]
    [InlineData("embeddings.token_type_embeddings.weight")]
    [InlineData("encoder.layer.0.attention.self.value.bias")]
    [InlineData("encoder.layer.0.output.LayerNorm.weight")]
    public void A_missing_tensor_is_named(string name)
    {
        var file = Export();
        file.Tensors.RemoveAll(tensor => tensor.Name == name);

        AssertRefused(file, $"has no tensor '{name}'");
    }

    [Fact]
    public void A_matrix_of_another_size_is_refused()
    {
        var file = Export();
        var at = file.Tensors.FindIndex(static tensor => tensor.Name.StartsWith("onnx::MatMul", StringComparison.Ordinal));
        file.Tensors[at] = file.Tensors[at] with { Shape = [4, 16] };

        AssertRefused(file, Query + ".weight");
    }

    [Fact]
    public void Quantized_matrices_are_refused()
    {
        var file = Export();
        var at = file.Nodes.FindIndex(static node => node.Operator == "MatMul");
        file.Nodes[at] = file.Nodes[at] with { Operator = "MatMulInteger" };

        AssertRefused(file, "quantized or optimized");
    }

    [Fact]
    public void Quantized_weights_are_refused()
    {
        var file = Export();
        var at = file.Tensors.FindIndex(static tensor => tensor.Name.StartsWith("onnx::MatMul", StringComparison.Ordinal));
        file.Tensors[at] = file.Tensors[at] with { Type = OnnxFile.Int8 };

        AssertRefused(file, "quantized");
    }

    [Fact]
    public void Weights_in_another_file_are_refused()
    {
        var elsewhere = OnnxFile.Message(static output =>
        {
            OnnxFile.Write(output, 8, "w"u8.ToArray());
            OnnxFile.Write(output, 14, 1L);
        });
        var graph = OnnxFile.Message(output => OnnxFile.Write(output, 5, elsewhere));

        AssertRefused(OnnxFile.Message(output => OnnxFile.Write(output, 7, graph)), "in another file");
    }

    [Theory]
    [InlineData("CumSum")]
    [InlineData("Trilu")]
    public void Operations_of_other_architectures_are_refused(string name)
    {
        var file = Export();
        file.Add(name, ["input_ids"], "other");

        AssertRefused(file, name);
    }

    [Theory]
    [InlineData("encoder.layer.0.attention.self.distance_embedding.weight")]
    [InlineData("encoder.relative_attention_bias.weight")]
    public void Weights_that_BERT_does_not_have_are_refused(string name)
    {
        var file = Export();
        file.AddTensor(name, [1], 1f);

        AssertRefused(file, name);
    }

    [Fact]
    public void A_layer_behind_the_encoder_is_refused()
    {
        var file = Export();
        file.Add("MatMul", ["hidden", file.AddTensor("projection", [1, 1], 1f)], "projected");

        AssertRefused(file, "'projection'");
    }

    [Fact]
    public void Two_encoders_in_one_file_are_refused()
    {
        var file = Export();
        file.AddTensor("document." + Query + ".bias", [8], new float[8]);

        AssertRefused(file, "several tensors");
    }

    [Fact]
    public void Without_the_constants_of_the_heads_a_config_is_asked_for()
    {
        var file = Export();
        file.Nodes.RemoveAll(static node => node.Operator == "Reshape");

        AssertRefused(file, "num_attention_heads; give the config.json");
    }

    [Theory]
    [InlineData("num_attention_heads", 4)]
    [InlineData("intermediate_size", 32)]
    [InlineData("layer_norm_eps", 1e-5)]
    public void A_config_that_contradicts_the_graph_is_refused(string field, double value)
    {
        PlainCheckpoint.Write(_folder["other"], edit: config => config[field] = value);

        AssertRefused(Export().ToBytes(), field, _folder["other"]);
    }

    [Fact]
    public void A_config_of_another_architecture_is_refused()
    {
        PlainCheckpoint.Write(_folder["other"], edit: static config => config["model_type"] = "roberta");

        AssertRefused(Export().ToBytes(), "model_type roberta", _folder["other"]);
    }

    [Fact]
    public void A_file_that_does_not_exist_is_named() => Assert.Contains(
        _folder["none.onnx"],
        Assert.Throws<ModelPackageException>(() => OnnxSource.Open(_folder["none.onnx"], "v1")).Message,
        StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private OnnxFile Export() => BertExport.Create(_folder["checkpoint"]);

    private void AssertRefused(OnnxFile file, string reason) => AssertRefused(file.ToBytes(), reason);

    private void AssertRefused(byte[] content, string reason, string? config = null)
    {
        var companions = new Dictionary<string, string>();
        if (config is not null)
            companions["config.json"] = Path.Combine(config, "config.json");
        var source = new OnnxSource("model.onnx", content) { Version = "v1", Companions = companions };

        var error = Assert.Throws<ModelPackageException>(() => OnnxImport.Write(source, _folder["package"]));

        Assert.StartsWith("model.onnx ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["package"]));
    }
}
