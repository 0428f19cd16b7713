using System.Text.Json.Nodes;
using StreamBert.Model.Adapters.Peft;
using StreamBert.Model.Packages;
using StreamBert.Tests.Inference.Serving;

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

    [Fact]
    public void Every_file_that_changes_answers_changes_the_fingerprint_and_the_others_do_not()
    {
        TinyPackage.Write(_folder["base"], "v1", "sentiment");
        ModelPackage.WriteAnchor(_folder["base"], []);
        var path = _folder["base"];
        string[] documentation = ["streambert.json", "profile.json", "anchor.jsonl"]; // the manifest is compared by its fields
        string[] answers =
        [
            .. PackageFiles.Companions, PackageFiles.Distribution, "model.safetensors", "adapter_config.json", "adapter_model.safetensors",
        ];

        Assert.Equal(
            answers.Concat(documentation).Order(StringComparer.Ordinal), AllFiles(path).Order(StringComparer.Ordinal));
        foreach (var file in answers)
            Assert.True(Changes(path, file), $"{file} does not change the fingerprint");
        foreach (var file in documentation[1..])
            Assert.False(Changes(path, file), $"{file} changes the fingerprint");
    }

    [Theory]
    [InlineData("maxTokens", "16")]
    [InlineData("lowercase", "false")]
    [InlineData("collapseUrls", "true")]
    public void The_input_settings_in_the_manifest_change_the_fingerprint(string field, string value)
    {
        Write("mine");
        var before = Describe(static _ => { });

        Assert.NotEqual(before, Describe(manifest => manifest[field] = JsonNode.Parse(value)));
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

    /// <summary>Adds each file that a package may have, and lists the files of which the package knows.</summary>
    private static IReadOnlyList<string> AllFiles(string directory)
    {
        string[] added = [.. PackageFiles.Companions, "profile.json", "anchor.jsonl", PackageFiles.Distribution, .. AdapterFile.Files];
        foreach (var file in added.Where(file => !File.Exists(Path.Combine(directory, file))))
            File.WriteAllText(Path.Combine(directory, file), "{}");
        return PackageFiles.List(directory);
    }

    private static bool Changes(string directory, string file)
    {
        var (path, before) = (Path.Combine(directory, file), ModelPackage.ComputeFingerprint(directory));
        var content = File.ReadAllBytes(path);
        File.WriteAllBytes(path, [.. content, (byte)' ']);
        var isChanged = ModelPackage.ComputeFingerprint(directory) != before;
        File.WriteAllBytes(path, content);
        return isChanged;
    }

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
