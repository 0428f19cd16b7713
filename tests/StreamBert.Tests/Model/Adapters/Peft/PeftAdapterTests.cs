using System.Text.Json.Nodes;
using StreamBert.Model;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Tests.Model.Packages;

namespace StreamBert.Tests.Model.Adapters.Peft;

/// <summary>Reads adapters as PEFT writes them. The expected weights are computed entry by entry: W + scale · Σ b·a.</summary>
public sealed class PeftAdapterTests : IDisposable
{
    private const int Rank = 2, Hidden = 8;
    private readonly TempFolder _folder = new();
    private readonly PeftAdapter _adapter = new();

    [Theory]
    [InlineData("bert", "bert.encoder.layer.0.attention.self.query", "bert.encoder.layer.0.attention.self.value", "classifier")]
    [InlineData("bert", "encoder.layer.0.attention.self.query", "encoder.layer.0.attention.self.value", "classifier")]
    [InlineData("roberta", "roberta.encoder.layer.0.attention.self.query", "roberta.encoder.layer.0.attention.self.value",
        "classifier.out_proj")]
    [InlineData("distilbert", "distilbert.transformer.layer.0.attention.q_lin", "distilbert.transformer.layer.0.attention.v_lin",
        "classifier")]
    public void A_LoRA_adapter_is_merged_at_load(string modelType, string query, string value, string classifier)
    {
        AddAdapter(query, value, classifier);
        if (modelType == "distilbert") _adapter.Config["target_modules"] = new JsonArray("q_lin", "v_lin");
        PlainCheckpoint.Write(_folder["base"], modelType: modelType);

        var (before, after) = Load();

        AssertWeight(before, after, row: 0, query, scale: 3); // alpha 6 / rank 2
        Assert.Equal(before[(Hidden * Hidden)..(2 * Hidden * Hidden)], after[(Hidden * Hidden)..(2 * Hidden * Hidden)]); // key
        AssertWeight(before, after, row: 2 * Hidden, value, scale: 3);
    }

    [Fact]
    public void The_classifier_of_the_adapter_replaces_that_of_the_base()
    {
        AddAdapter();
        PlainCheckpoint.Write(_folder["base"]);

        Create();

        using var parameters = ModelPackage.Load(_folder["package"]).Network.Parameters;
        Assert.Equal(_adapter.Get("classifier.weight"), parameters["heads.label.weight"].ToFloats());
        Assert.Equal(_adapter.Get("classifier.bias"), parameters["heads.label.bias"].ToFloats());
    }

    [Fact]
    public void The_labels_of_a_new_classifier_can_be_stated()
    {
        AddLora();
        _adapter.Add("classifier.weight", 5, Hidden);
        _adapter.Add("classifier.bias", 5);
        PlainCheckpoint.Write(_folder["base"]);
        _adapter.Write(_folder["adapter"]);

        var manifest = AdapterPackage.Create(_folder["base"], _folder["adapter"], _folder["package"], "v1", ["a", "b", "c", "d", "e"]);

        Assert.Equal(["a", "b", "c", "d", "e"], Assert.Single(manifest.Heads).Labels);
        Assert.Contains("has shape [5, 8], expected [3, 8]", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Rank_stabilised_scales_and_patterns_are_applied()
    {
        _adapter.AddLora(Query, Rank, Hidden, Hidden);
        _adapter.AddLora(Value, 4, Hidden, Hidden);
        AddClassifier();
        _adapter.Config["use_rslora"] = true;
        _adapter.Config["rank_pattern"] = new JsonObject { ["self.value"] = 4 };
        _adapter.Config["alpha_pattern"] = new JsonObject { ["layer.0.attention.self.value"] = 10 };
        PlainCheckpoint.Write(_folder["base"]);

        var (before, after) = Load();

        AssertWeight(before, after, row: 0, Query, scale: 6 / Math.Sqrt(2));
        AssertWeight(before, after, row: 2 * Hidden, Value, scale: 10 / Math.Sqrt(4), rank: 4);
    }

    [Theory]
    [InlineData("peft_type", "\"IA3\"", "peft_type 'IA3' is not supported; LORA is")]
    [InlineData("use_dora", "true", "use_dora is set, which is not supported")]
    [InlineData("bias", "\"lora_only\"", "bias is 'lora_only': trained biases are not supported")]
    [InlineData("init_lora_weights", "\"pissa_niter_4\"", "which changes the base model's weights")]
    [InlineData("layer_replication", "[[0,1]]", "layer_replication is set")]
    [InlineData("r", "0", "r must be an integer from 1 to 4096")]
    [InlineData("r", "3", "has shape [2, 8], expected [3, 8]")]
    [InlineData("lora_alpha", "null", "lora_alpha is missing")]
    [InlineData("rank_pattern", "{\".*value\": 4}", "has the regular expression '.*value'")]
    [InlineData("rank_pattern", "[4]", "rank_pattern is not an object")]
    [InlineData("target_modules", "[\"query\", \"value\", \"dense\"]", "has no tensors for 'dense', which target_modules")]
    public void A_configuration_that_is_not_supported_is_refused(string field, string value, string reason)
    {
        AddAdapter();
        _adapter.Config[field] = JsonNode.Parse(value);
        PlainCheckpoint.Write(_folder["base"]);

        Assert.Contains(reason, Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bert.encoder.layer.7.attention.self.query.lora_A.weight", "belong to no layer or head")]
    [InlineData("bert.encoder.layer.0.attention.self.key.lora_A.weight", "lacks tensor")]
    [InlineData("bert.encoder.layer.0.attention.self.query.lora_magnitude_vector", "belong to no layer or head")]
    public void A_tensor_without_a_place_is_refused(string tensor, string reason)
    {
        AddAdapter();
        _adapter.Add(tensor, Rank, Hidden);
        PlainCheckpoint.Write(_folder["base"]);

        Assert.Contains(reason, Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_that_exists_only_as_a_pickle_is_refused()
    {
        AddAdapter();
        PlainCheckpoint.Write(_folder["base"]);
        Create();
        File.Move(Path.Combine(_folder["package"], "adapter_model.safetensors"), Path.Combine(_folder["package"], "adapter_model.bin"));
        File.Delete(Path.Combine(_folder["package"], "SHA256SUMS"));

        var refusal = Assert.Throws<ModelPackageException>(() => ModelPackage.Load(_folder["package"])).Message;

        Assert.Contains("the adapter exists only as adapter_model.bin", refusal, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _adapter.Dispose();
        _folder.Dispose();
    }

    private const string Query = "bert.encoder.layer.0.attention.self.query", Value = "bert.encoder.layer.0.attention.self.value";

    private void AddAdapter(string query = Query, string value = Value, string classifier = "classifier")
    {
        AddLora(query, value);
        AddClassifier(classifier);
    }

    private void AddLora(string query = Query, string value = Value)
    {
        _adapter.AddLora(query, Rank, Hidden, Hidden);
        _adapter.AddLora(value, Rank, Hidden, Hidden);
    }

    private void AddClassifier(string name = "classifier")
    {
        _adapter.Add(name + ".weight", PlainCheckpoint.Labels.Length, Hidden);
        _adapter.Add(name + ".bias", PlainCheckpoint.Labels.Length);
    }

    private void Create()
    {
        _adapter.Write(_folder["adapter"]);
        AdapterPackage.Create(_folder["base"], _folder["adapter"], _folder["package"], "v1");
    }

    private string Refusal() => Assert.Throws<ModelPackageException>(Create).Message;

    /// <returns>The fused weights of query, key and value of the base and of the package.</returns>
    private (float[] Before, float[] After) Load()
    {
        Create();
        return (LoadWeights("base"), LoadWeights("package"));
    }

    private float[] LoadWeights(string package)
    {
        using var parameters = ModelPackage.Load(_folder[package]).Network.Parameters;
        return parameters["bert.encoder.layer.0.attention.self.qkv.weight"].ToFloats();
    }

    private void AssertWeight(float[] before, float[] after, int row, string module, double scale, int rank = Rank)
    {
        var update = _adapter.Multiply(module, rank);
        Assert.All(update, (change, i) => Assert.Equal(before[row * Hidden + i] + scale * change, after[row * Hidden + i], 1e-5));
    }
}
