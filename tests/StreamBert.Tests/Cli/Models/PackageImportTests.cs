using StreamBert.Cli.Errors;
using StreamBert.Cli.Models;
using StreamBert.Inference.Serving;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using StreamBert.Tests.Inference.Serving;
using StreamBert.Tests.Model;
using StreamBert.Tests.Model.Packages;
using StreamBert.Tests.Model.SafeTensors;
using StreamBert.Training.Registry;

namespace StreamBert.Tests.Cli.Models;

public sealed class PackageImportTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ModelDirectory _registry;

    public PackageImportTests() => _registry = new(_folder["registry"], _folder["shipped"]);

    [Theory]
    [InlineData("bert-uncased-seqcls")]
    [InlineData("bert-chinese-seqcls")]
    [InlineData("bert-multilabel-short")]
    [InlineData("bert-cased-tokencls")]
    [InlineData("distilbert-seqcls")]
    [InlineData("roberta-seqcls")]
    public void A_published_checkpoint_is_imported_with_a_name_for_its_head_and_predicts_the_same(string checkpoint)
    {
        var source = SharedData.Require(Path.Combine("hf_golden", checkpoint));

        var imported = Import(source, head: "sentiment");

        Assert.Equal(
            (checkpoint, $"{checkpoint}-{ModelPackage.ComputeFingerprint(source, "sentiment")[..8]}", true),
            (imported.Model, imported.Version, imported.IsNew));
        Assert.False(File.Exists(Path.Combine(imported.Directory, "expected.jsonl")));
        using var before = TextClassifier.Load(source);
        using var after = TextClassifier.Load(imported.Directory);
        Assert.Equal(["sentiment"], after.Heads.Select(static head => head.Name));
        Assert.Equal(before.Heads[0].Labels, after.Heads[0].Labels);
        Assert.Equal(Logits(before), Logits(after));
    }

    [Fact]
    public void An_imported_version_states_the_given_languages()
    {
        Write("mine", "label");

        var imported = new PackageImport(_registry) { Languages = ["de"] }.Run(_folder["mine"], null, null, null);

        using var model = TextClassifier.Load(imported.Directory);
        Assert.Equal("fr", model.FindForeignLanguage("Je n'ai toujours pas reçu ma commande, pouvez-vous m'aider ?"));
        Assert.Null(model.FindForeignLanguage("Die Bestellung ist leider noch nicht bei mir angekommen."));
    }

    [Fact]
    public void An_imported_version_serves_when_promoted()
    {
        Write("mine", "label");
        Shards.Split(_folder["mine"], 2);

        var imported = Import(_folder["mine"]);

        var target = new ModelTarget(imported.Model, imported.Version, $"{imported.Model}/{imported.Version}", imported.Info.Sha256);
        var served = new ModelLoader(_folder["registry"], _folder["shipped"], [ComputeOptions.Default]).Load(target, ["label"]);
        Assert.Equal(imported.Version, served.Version);
        served.Unload();
    }

    [Fact]
    public void Importing_the_same_package_again_changes_nothing_and_is_reported()
    {
        Write("mine", "label");
        var first = Import(_folder["mine"]);
        var written = File.GetLastWriteTimeUtc(Path.Combine(first.Directory, "streambert.json"));

        var second = Import(_folder["mine"]);

        Assert.Equal((first.Version, false), (second.Version, second.IsNew));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(second.Directory, "streambert.json")));
    }

    [Fact]
    public void Another_package_with_an_existing_version_is_refused()
    {
        Write("mine", "label");
        Write("other", "topic");
        Import(_folder["mine"], "m", "v1");

        Assert.Contains(
            "give another --version",
            Assert.Throws<CliException>(() => Import(_folder["other"], "m", "v1")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_weights_with_corrected_labels_or_another_temperature_are_another_version()
    {
        PlainCheckpoint.Write(_folder["mine"]);
        var first = Import(_folder["mine"]);
        PlainCheckpoint.Write(_folder["mine"], null, static config => config["id2label"]!["0"] = "NEG");
        var corrected = Import(_folder["mine"]);

        Assert.True(corrected.IsNew);
        Assert.NotEqual(first.Version, corrected.Version);
        Assert.Equal(("negative", "NEG"), (first.Info.Heads[0].Labels[0], corrected.Info.Heads[0].Labels[0]));
        Assert.Equal([first.Version, corrected.Version], _registry.ListVersions().Select(static one => one.Version));
        Assert.Contains("NEG", Assert.Throws<CliException>(() => Import(_folder["mine"], version: first.Version)).Message
            .Replace("negative", "NEG", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_promoted_version_whose_labels_were_changed_in_place_does_not_serve()
    {
        Write("mine", "label");
        var imported = Import(_folder["mine"]);
        var target = new ModelTarget(
            imported.Model,
            imported.Version,
            $"{imported.Model}/{imported.Version}",
            imported.Info.Sha256,
            ModelPackage.ComputeFingerprint(imported.Directory));
        var path = Path.Combine(imported.Directory, "streambert.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("neutral", "mixed", StringComparison.Ordinal));
        File.Delete(Path.Combine(imported.Directory, PackageChecksums.FileName)); // as the message suggests after an intended change

        var refused = Assert.Throws<ModelPackageException>(
            () => new ModelLoader(_folder["registry"], _folder["shipped"], [ComputeOptions.Default]).Load(target, ["label"]));

        Assert.Contains("fingerprint", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_head_of_a_plain_checkpoint_can_be_renamed()
    {
        Write("mine", "sentiment", "topic");

        Assert.Contains(
            "sentiment, topic",
            Assert.Throws<ModelPackageException>(() => Import(_folder["mine"], head: "label")).Message,
            StringComparison.Ordinal);
        Assert.Empty(_registry.ListVersions());
    }

    [Theory]
    [InlineData("../out", null, null)]
    [InlineData("a/b", null, null)]
    [InlineData("", null, null)]
    [InlineData(".hub", null, null)]
    [InlineData("m", "..", null)]
    [InlineData("m", "v1.partial", null)]
    [InlineData("m", null, "a b")]
    public void An_invalid_name_is_refused_before_anything_is_written(string name, string? version, string? head)
    {
        Write("mine", "label");

        Assert.Throws<CliException>(() => Import(_folder["mine"], name, version, head));
        Assert.Empty(_registry.ListVersions());
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused()
    {
        Write("mine", "label");
        var path = Path.Combine(_folder["mine"], "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        for (var at = bytes.Length - 200; at < bytes.Length; at += 2)
            (bytes[at], bytes[at + 1]) = (0x00, 0x7e); // float16 NaN
        File.WriteAllBytes(path, bytes);
        PackageChecksums.Write(_folder["mine"]);

        var refused = Assert.Throws<ModelPackageException>(() => Import(_folder["mine"]));

        Assert.Contains("not finite", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_with_other_checksums_than_in_the_package_are_refused()
    {
        Write("mine", "label");
        Write("other", "label", "more");
        File.Copy(Path.Combine(_folder["other"], "model.safetensors"), Path.Combine(_folder["mine"], "model.safetensors"), overwrite: true);

        Assert.Contains(
            "model.safetensors is damaged: its SHA-256 is",
            Assert.Throws<ModelPackageException>(() => PackageCheck.Run(_folder["mine"])).Message,
            StringComparison.Ordinal);
        PackageChecksums.Write(_folder["mine"]);
        Assert.Contains(
            "as in streambert.json",
            Assert.Throws<ModelPackageException>(() => PackageCheck.Run(_folder["mine"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_registry_lists_complete_versions_only()
    {
        Write("mine", "label");
        var imported = Import(_folder["mine"]);
        Directory.CreateDirectory(_registry.Begin("mine", "half"));
        Directory.CreateDirectory(Path.Combine(_folder["registry"], ".hub", "something"));

        Assert.Equal([("mine", imported.Version)], _registry.ListVersions());
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string name, params string[] heads) => TinyPackage.Write(_folder[name], "v0", heads);

    private ImportedModel Import(string source, string? model = null, string? version = null, string? head = null) =>
        new PackageImport(_registry).Run(source, model, version, head);

    private static float[] Logits(TextClassifier model) => model.Classify([model.Encode("好 a good text")])[0].Logits.Values.Single();
}
