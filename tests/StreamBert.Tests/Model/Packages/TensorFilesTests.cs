using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Tests.Inference.Serving;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Packages;

public sealed class TensorFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void A_sharded_package_answers_like_the_one_file_it_was_split_from()
    {
        TinyPackage.Write(_folder["one"], "v1", "sentiment");
        TinyPackage.Write(_folder["many"], "v1", "sentiment");
        Shards.Split(_folder["many"], 3);

        using var one = TextClassifier.Load(_folder["one"]);
        using var many = TextClassifier.Load(_folder["many"]);

        Assert.Equal(Scores(one), Scores(many));
    }

    [Fact]
    public void The_checksum_of_shards_is_that_of_the_lines_of_sha256sum()
    {
        Write(("a", "s1.safetensors"), ("b", "s2.safetensors"));
        var lines = string.Concat(
            ((string[])["s1.safetensors", "s2.safetensors"]).Select(name => $"{Hash(File.ReadAllBytes(_folder[name]))}  {name}\n"));

        Assert.Equal(Hash(Encoding.UTF8.GetBytes(lines)), ModelPackage.Sha256(_folder.Path));
    }

    [Fact]
    public void The_single_file_goes_before_an_index()
    {
        Write(("a", "s1.safetensors"));
        SafeTensorsWriter.Write(_folder["model.safetensors"], [("other", ones(1))], half: false);

        using var files = TensorFiles.Open(_folder.Path);

        Assert.Equal(["other"], files.Names);
        Assert.Equal(Hash(File.ReadAllBytes(_folder["model.safetensors"])), ModelPackage.Sha256(_folder.Path));
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
    public void A_shard_of_another_place_or_kind_is_refused(string name)
    {
        WriteIndex(new() { ["a"] = name });

        Assert.Contains("only a plain name of this directory", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_out_of_the_directory_is_refused_and_one_inside_is_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        using var elsewhere = new TempFolder();
        SafeTensorsWriter.Write(elsewhere["s.safetensors"], [("a", ones(1))], half: false);
        SafeTensorsWriter.Write(_folder["real.safetensors"], [("a", ones(1))], half: false);
        WriteIndex(new() { ["a"] = "s1.safetensors" });

        File.CreateSymbolicLink(_folder["s1.safetensors"], elsewhere["s.safetensors"]);
        Assert.Contains("s1.safetensors is a link out of the directory", Refusal(), StringComparison.Ordinal);

        File.Delete(_folder["s1.safetensors"]);
        File.CreateSymbolicLink(_folder["s1.safetensors"], "real.safetensors");
        using var files = TensorFiles.Open(_folder.Path);
        Assert.True(files.Contains("a"));
    }

    [Fact]
    public void A_tensor_in_two_shards_is_refused_by_name()
    {
        Write(("a", "s1.safetensors"), ("b", "s2.safetensors"));
        SafeTensorsWriter.Write(_folder["s2.safetensors"], [("b", ones(1)), ("a", ones(1))], half: false);

        Assert.Contains("tensor 'a' is in s2.safetensors and in another shard", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_that_its_shard_lacks_is_refused_by_name()
    {
        Write(("a", "s1.safetensors"));
        WriteIndex(new() { ["a"] = "s1.safetensors", ["b"] = "s1.safetensors" });

        Assert.Contains("says tensor 'b' is in s1.safetensors, which lacks it", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_shard_that_is_missing_or_damaged_is_named()
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
    [InlineData("""{"weight_map":{"a":5}}""", "is no index of shards")]
    [InlineData("""{"weights":{}}""", "is no index of shards")]
    [InlineData("""[[[[[[[[[[[[]]]]]]]]]]]]""", "is no index of shards")]
    [InlineData("null", "is no index of shards")]
    [InlineData("", "is no index of shards")]
    public void An_index_that_is_none_is_refused(string index, string complaint)
    {
        File.WriteAllText(_folder["model.safetensors.index.json"], index);

        Assert.Contains(complaint, Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("model.pt")]
    [InlineData("last.ckpt")]
    public void Weights_that_are_only_a_pickle_are_refused_with_how_to_get_others(string name)
    {
        File.WriteAllText(_folder[name], "cos\nsystem\n(S'echo ran'\ntR.");

        var refusal = Refusal();

        Assert.Contains(name, refusal, StringComparison.Ordinal);
        Assert.Contains("safe_serialization=True", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_without_weights_says_so() =>
        Assert.Contains("neither model.safetensors nor model.safetensors.index.json", Refusal(), StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private static double[] Scores(TextClassifier model) =>
        [.. model.Classify([model.Encode("a plain text")])[0].Heads["sentiment"].Scores.Values];

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private string Refusal()
    {
        var refusal = Assert.Throws<ModelPackageException>(() => TensorFiles.Open(_folder.Path)).Message;
        Assert.Contains(_folder.Path, refusal, StringComparison.Ordinal);
        return refusal;
    }

    /// <summary>A shard for each tensor, and their index.</summary>
    private void Write(params (string Tensor, string Shard)[] shards)
    {
        using var scope = NewDisposeScope();
        foreach (var (tensor, shard) in shards) SafeTensorsWriter.Write(_folder[shard], [(tensor, ones(1))], half: false);
        WriteIndex(shards.ToDictionary(static one => one.Tensor, static one => one.Shard));
    }

    private void WriteIndex(Dictionary<string, string> map) =>
        File.WriteAllText(
            _folder["model.safetensors.index.json"],
            JsonSerializer.Serialize(new { metadata = new { total_size = 8 }, weight_map = map }));
}

/// <summary>Splits a package's weights as the hub's large checkpoints are.</summary>
internal static class Shards
{
    public static void Split(string directory, int count)
    {
        using var scope = NewDisposeScope();
        var map = new Dictionary<string, string>();
        using (var file = SafeTensorsFile.Open(Path.Combine(directory, "model.safetensors")))
        {
            foreach (var (shard, names) in file.Names.Order(StringComparer.Ordinal).Index().GroupBy(
                name => name.Index % count,
                static name => name.Item).Select(group => ($"model-{group.Key + 1:D5}-of-{count:D5}.safetensors", group.ToList())))
            {
                SafeTensorsWriter.Write(Path.Combine(directory, shard), [.. names.Select(name => (name, file.Read(name)))], half: false);
                names.ForEach(name => map.Add(name, shard));
            }
        }

        File.Delete(Path.Combine(directory, "model.safetensors"));
        File.WriteAllText(Path.Combine(directory, "model.safetensors.index.json"), JsonSerializer.Serialize(new { weight_map = map }));
        var manifest = Path.Combine(directory, "streambert.json");
        PackageJson.Write(manifest, PackageJson.Read<PackageManifest>(manifest) with { Sha256 = ModelPackage.Sha256(directory) });
        PackageChecksums.Write(directory);
    }
}
