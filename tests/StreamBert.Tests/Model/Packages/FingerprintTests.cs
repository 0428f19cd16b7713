using System.Text.Json.Nodes;
using StreamBert.Model.Packages;
using StreamBert.Privacy;

namespace StreamBert.Tests.Model.Packages;

/// <summary>The identity of a package covers what changes an answer, and nothing else.</summary>
public sealed class FingerprintTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("config.json", "negative", "NEGATIVE")]
    [InlineData("vocab.txt", "oil", "gas")]
    [InlineData("tokenizer_config.json", "true", "false")]
    public void Labels_and_tokenizer_files_change_it(string file, string old, string by)
    {
        Write("mine");
        var before = ModelPackage.Fingerprint(_folder["mine"]);
        var path = Path.Combine(_folder["mine"], file);

        File.WriteAllText(path, File.ReadAllText(path).Replace(old, by, StringComparison.Ordinal));

        Assert.NotEqual(before, ModelPackage.Fingerprint(_folder["mine"]));
    }

    [Theory]
    [InlineData("temperature", "1.5")]
    [InlineData("labels", """["a","b","c"]""")]
    [InlineData("task", "\"multi-label\"")]
    public void What_the_description_says_of_a_head_changes_it(string field, string value)
    {
        Write("mine");
        var before = Describe(static _ => { });

        var after = Describe(manifest => manifest["heads"]![0]![field] = JsonNode.Parse(value));

        Assert.NotEqual(before, after);
    }

    [Fact]
    public void A_copy_under_another_version_and_lineage_keeps_it_and_another_name_of_the_head_does_not()
    {
        Write("mine");
        ModelPackage.Copy(_folder["mine"], _folder["copy"], "v7");

        Assert.Equal(ModelPackage.Fingerprint(_folder["mine"]), ModelPackage.Fingerprint(_folder["copy"]));
        Assert.Equal(Describe(static _ => { }), Describe(static manifest => manifest["parent"] = "v0"));
        Assert.NotEqual(ModelPackage.Fingerprint(_folder["mine"]), ModelPackage.Fingerprint(_folder["mine"], "sentiment"));
    }

    public void Dispose() => _folder.Dispose();

    private string Describe(Action<JsonObject> edit)
    {
        if (!Directory.Exists(_folder["described"])) ModelPackage.Copy(_folder["mine"], _folder["described"], "v1");
        var path = Path.Combine(_folder["described"], "streambert.json");
        var manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        edit(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
        return ModelPackage.Fingerprint(_folder["described"]);
    }

    private void Write(string name)
    {
        PlainCheckpoint.Write(_folder[name]);
        File.WriteAllText(Path.Combine(_folder[name], "tokenizer_config.json"), """{"do_lower_case":true}""");
    }
}
