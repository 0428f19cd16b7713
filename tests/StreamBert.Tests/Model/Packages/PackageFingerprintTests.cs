using System.Text.Json.Nodes;
using StreamBert.Model.Packages;
using StreamBert.Privacy;

namespace StreamBert.Tests.Model.Packages;

/// <summary>Verifies that the fingerprint covers everything that affects predictions, and nothing else.</summary>
public sealed class PackageFingerprintTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("config.json", "negative", "NEGATIVE")]
    [InlineData("vocab.txt", "oil", "gas")]
    [InlineData("tokenizer_config.json", "true", "false")]
    public void Labels_and_tokenizer_files_change_the_fingerprint(string file, string old, string by)
    {
        Write("mine");
        var before = ModelPackage.ComputeFingerprint(_folder["mine"]);
        var path = Path.Combine(_folder["mine"], file);

        File.WriteAllText(path, File.ReadAllText(path).Replace(old, by, StringComparison.Ordinal));

        Assert.NotEqual(before, ModelPackage.ComputeFingerprint(_folder["mine"]));
    }

    [Theory]
    [InlineData("temperature", "1.5")]
    [InlineData("labels", """["a","b","c"]""")]
    [InlineData("task", "\"multi-label\"")]
    public void The_heads_in_the_manifest_change_the_fingerprint(string field, string value)
    {
        Write("mine");
        var before = Describe(static _ => { });

        var after = Describe(manifest => manifest["heads"]![0]![field] = JsonNode.Parse(value));

        Assert.NotEqual(before, after);
    }

    [Fact]
    public void Version_and_lineage_do_not_change_the_fingerprint_but_the_name_of_the_head_does()
    {
        Write("mine");
        ModelPackage.Copy(_folder["mine"], _folder["copy"], "v7");

        Assert.Equal(ModelPackage.ComputeFingerprint(_folder["mine"]), ModelPackage.ComputeFingerprint(_folder["copy"]));
        Assert.Equal(Describe(static _ => { }), Describe(static manifest => manifest["parent"] = "v0"));
        Assert.NotEqual(ModelPackage.ComputeFingerprint(_folder["mine"]), ModelPackage.ComputeFingerprint(_folder["mine"], "sentiment"));
    }

    public void Dispose() => _folder.Dispose();

    private string Describe(Action<JsonObject> edit)
    {
        if (!Directory.Exists(_folder["described"])) ModelPackage.Copy(_folder["mine"], _folder["described"], "v1");
        var path = Path.Combine(_folder["described"], "streambert.json");
        var manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        edit(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
        return ModelPackage.ComputeFingerprint(_folder["described"]);
    }

    private void Write(string name)
    {
        PlainCheckpoint.Write(_folder[name]);
        File.WriteAllText(Path.Combine(_folder[name], "tokenizer_config.json"), """{"do_lower_case":true}""");
    }
}
