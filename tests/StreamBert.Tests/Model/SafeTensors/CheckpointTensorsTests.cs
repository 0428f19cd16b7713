using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using StreamBert.Model.SafeTensors;
using StreamBert.Tests.Inference.Serving;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.SafeTensors;

public sealed class CheckpointTensorsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void A_sharded_package_predicts_like_the_single_file_it_was_split_from()
    {
        TinyPackage.Write(_folder["one"], "v1", "sentiment");
        TinyPackage.Write(_folder["many"], "v1", "sentiment");
        Shards.Split(_folder["many"], 3);

        using var one = TextClassifier.Load(_folder["one"]);
        using var many = TextClassifier.Load(_folder["many"]);

        Assert.Equal(Scores(one), Scores(many));
    }

    [Fact]
    public void The_hash_of_shards_is_that_of_the_output_of_sha256sum()
    {
        Write(("a", "s1.safetensors"), ("b", "s2.safetensors"));
        var lines = string.Concat(
            ((string[])["s1.safetensors", "s2.safetensors"]).Select(name => $"{Hash(File.ReadAllBytes(_folder[name]))}  {name}\n"));

        Assert.Equal(Hash(Encoding.UTF8.GetBytes(lines)), ModelPackage.HashWeights(_folder.Path));
    }

    [Fact]
    public void A_single_file_takes_precedence_over_an_index()
    {
        Write(("a", "s1.safetensors"));
        SafeTensorsWriter.Write(_folder["model.safetensors"], [("other", ones(1))], isHalf: false);

        using var files = CheckpointTensors.Open(_folder.Path);

        Assert.Equal(["other"], files.Names);
        Assert.Equal(Hash(File.ReadAllBytes(_folder["model.safetensors"])), ModelPackage.HashWeights(_folder.Path));
    }

    [Theory]
    [InlineData("../s.safetensors")]
    [InlineData("sub/s.safetensors")]
    [InlineData("sub\\s.safetensors")]
    [InlineData("/etc/s.safetensors")]
    [InlineData("C:s.safetensors")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData(".safetensors")]
    [InlineData("s.bin")]
    [InlineData("s\0.safetensors")]
    public void A_shard_in_another_directory_or_of_another_type_is_refused(string name)
    {
        WriteIndex(new() { ["a"] = name });

        Assert.Contains("only a plain name of this directory", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_out_of_the_directory_is_refused_and_one_inside_is_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        using var elsewhere = new TempFolder();
        SafeTensorsWriter.Write(elsewhere["s.safetensors"], [("a", ones(1))], isHalf: false);
        SafeTensorsWriter.Write(_folder["real.safetensors"], [("a", ones(1))], isHalf: false);
        WriteIndex(new() { ["a"] = "s1.safetensors" });

        File.CreateSymbolicLink(_folder["s1.safetensors"], elsewhere["s.safetensors"]);
        Assert.Contains("s1.safetensors is a link out of the directory", Refusal(), StringComparison.Ordinal);

        File.Delete(_folder["s1.safetensors"]);
        File.CreateSymbolicLink(_folder["s1.safetensors"], "real.safetensors");
        using var files = CheckpointTensors.Open(_folder.Path);
        Assert.True(files.Contains("a"));
    }

    [Fact]
    public void A_tensor_in_two_shards_is_refused_by_name()
    {
        Write(("a", "s1.safetensors"), ("b", "s2.safetensors"));
        SafeTensorsWriter.Write(_folder["s2.safetensors"], [("b", ones(1)), ("a", ones(1))], isHalf: false);

        Assert.Contains("tensor 'a' is in s2.safetensors and in another shard", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_that_its_shard_lacks_is_refused_by_name()
    {
        Write(("a", "s1.safetensors"));
        WriteIndex(new() { ["a"] = "s1.safetensors", ["b"] = "s1.safetensors" });

        Assert.Contains("assigns tensor 'b' to s1.safetensors, which lacks it", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_or_damaged_shard_is_reported_by_name()
    {
        Write(("a", "s1.safetensors"), ("b", "s2.safetensors"));

        File.WriteAllText(_folder["s2.safetensors"], "nonsense, but long enough");
        Assert.Contains("s2.safetensors claims a header of", Refusal(), StringComparison.Ordinal);

        File.Delete(_folder["s2.safetensors"]);
        Assert.Contains("s2.safetensors: cannot be read", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"s.safetensors","a":"t.safetensors"}}""", "names tensor 'a' twice")]
    [InlineData("""{"weight_map":{}}""", "names 0 files")]
    [InlineData("""{"weight_map":{"a":5}}""", "is not an index of shards")]
    [InlineData("""{"weights":{}}""", "is not an index of shards")]
    [InlineData("""[[[[[[[[[[[[]]]]]]]]]]]]""", "is not an index of shards")]
    [InlineData("null", "is not an index of shards")]
    [InlineData("", "is not an index of shards")]
    public void An_invalid_index_is_refused(string index, string complaint)
    {
        File.WriteAllText(_folder["model.safetensors.index.json"], index);

        Assert.Contains(complaint, Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("model.pt")]
    [InlineData("last.ckpt")]
    public void Weights_that_exist_only_as_a_pickle_are_refused_with_advice(string name)
    {
        File.WriteAllText(_folder[name], "cos\nsystem\n(S'echo ran'\ntR.");

        var refusal = Refusal();

        Assert.Contains(name, refusal, StringComparison.Ordinal);
        Assert.Contains("safe_serialization=True", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_without_weights_is_refused() =>
        Assert.Contains("neither model.safetensors nor model.safetensors.index.json", Refusal(), StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private static double[] Scores(TextClassifier model) =>
        [.. model.Classify([model.Encode("a plain text")])[0].Heads["sentiment"].Scores.Values];

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private string Refusal()
    {
        var refusal = Assert.Throws<ModelPackageException>(() => CheckpointTensors.Open(_folder.Path)).Message;
        Assert.Contains(_folder.Path, refusal, StringComparison.Ordinal);
        return refusal;
    }

    /// <summary>Writes a shard for each tensor, and an index.</summary>
    private void Write(params (string Tensor, string Shard)[] shards)
    {
        using var scope = NewDisposeScope();
        foreach (var (tensor, shard) in shards) SafeTensorsWriter.Write(_folder[shard], [(tensor, ones(1))], isHalf: false);
        WriteIndex(shards.ToDictionary(static one => one.Tensor, static one => one.Shard));
    }

    private void WriteIndex(Dictionary<string, string> map) =>
        File.WriteAllText(
            _folder["model.safetensors.index.json"],
            JsonSerializer.Serialize(new { metadata = new { total_size = 8 }, weight_map = map }));
}
