using StreamBert.Model.Packages;
using StreamBert.Tests.Model;
using StreamBert.Tests.Model.Onnx;
using StreamBert.Tests.Model.Packages;

namespace StreamBert.Tests.Cli.Commands.Models;

/// <summary>Runs <c>models import --onnx</c> like a user: files in, a package or a message out.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class OnnxImportCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public OnnxImportCommandTests()
    {
        PlainCheckpoint.Write(_folder["checkpoint"]);
        Directory.CreateDirectory(_folder["export"]);
        File.Copy(Path.Combine(_folder["checkpoint"], "vocab.txt"), Path.Combine(_folder["export"], "vocab.txt"));
        File.WriteAllBytes(Path.Combine(_folder["export"], "encoder.onnx"), BertExport.Create(_folder["checkpoint"]).ToBytes());
        File.WriteAllBytes(
            Path.Combine(_folder["export"], "classifier.onnx"), BertExport.Create(_folder["checkpoint"], withClassifier: true).ToBytes());
        File.WriteAllBytes(Path.Combine(_folder["export"], "damaged.onnx"), new byte[100]);
    }

    [Fact]
    public async Task An_encoder_becomes_a_package_that_is_a_base_for_training()
    {
        var import = await RunAsync("models import --onnx {export}/encoder.onnx --pooling cls-token --out {base}");
        var check = await RunAsync("models check {base}");

        Assert.Equal((0, 0), (import.ExitCode, check.ExitCode));
        Assert.Contains("BertModel 1×8", import.Out, StringComparison.Ordinal);
        Assert.Contains("streambert train --task ner --base", import.Out, StringComparison.Ordinal);
        Assert.Contains("base is valid: BertModel 1×8", check.Out, StringComparison.Ordinal);
        Assert.Contains("no heads", check.Out, StringComparison.Ordinal);
        var manifest = ModelPackage.ReadManifest(_folder["base"]);
        Assert.Equal(("base", "cls-token"), (manifest.Version, manifest.Embedding!.Pooling));
    }

    [Fact]
    public async Task A_classifier_is_registered_and_nothing_else_stays_in_the_registry()
    {
        var import = await RunAsync(
            "models import --onnx {export}/classifier.onnx --model-config {checkpoint}/config.json --head sentiment --models {registry}");

        Assert.Equal((0, ""), (import.ExitCode, import.Error));
        Assert.Contains("\"Model\": \"classifier\", \"Heads\": [\"sentiment\"]", import.Out, StringComparison.Ordinal);
        var version = Assert.Single(Directory.EnumerateDirectories(Assert.Single(Directory.EnumerateDirectories(_folder["registry"]))));
        Assert.Equal(PlainCheckpoint.Labels, Assert.Single(ModelPackage.ReadManifest(version).Heads).Labels);
    }

    [Fact]
    public async Task A_vocabulary_of_another_model_is_refused_and_no_package_is_written()
    {
        await File.WriteAllLinesAsync(
            _folder["large.txt"], [.. File.ReadLines(Path.Combine(_folder["checkpoint"], "vocab.txt")), "more"],
            TestContext.Current.CancellationToken);

        var import = await RunAsync("models import --onnx {export}/encoder.onnx --vocab {large.txt} --out {base}");

        Assert.Equal(2, import.ExitCode);
        Assert.Contains("vocab_size", import.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["base"]));
        Assert.False(Directory.Exists(_folder["base.partial"]));
    }

    [Theory]
    [InlineData("models import --onnx {export}/damaged.onnx --out {base}", "damaged.onnx is no ONNX model")]
    [InlineData("models import --onnx {export}/none.onnx --out {base}", "none.onnx")]
    [InlineData("models import --onnx {export} --out {base}", "a directory")]
    [InlineData("models import --onnx {export}/encoder.onnx --out {export}", "not empty")]
    [InlineData("models import --onnx {export}/encoder.onnx --models {registry}", "--out DIR")]
    [InlineData("models import --onnx {export}/encoder.onnx --out {base} --promote", "--promote")]
    [InlineData("models import --onnx {export}/encoder.onnx --out {base} --pooling max", "--pooling max")]
    [InlineData("models import --onnx {export}/encoder.onnx --out {base} --model-config {none}", "{none}")]
    [InlineData("models import {checkpoint} --out {base}", "--out needs --onnx FILE")]
    [InlineData("models import {checkpoint} --onnx {export}/encoder.onnx", "--onnx FILE")]
    public async Task Invalid_input_is_refused_with_its_name_and_exit_code_2(string arguments, string named)
    {
        var (code, _, error) = await RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.StartsWith("streambert: ", error, StringComparison.Ordinal);
        Assert.Contains(Resolve(named), error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.False(Directory.Exists(_folder["base"]));
    }

    [Fact]
    public async Task The_shipped_encoder_is_found_by_its_name_and_cannot_classify_without_a_head()
    {
        var (code, _, error) = await RunAsync("classify --model arctic-embed-xs text");

        Assert.Equal(2, code);
        Assert.Contains("no head to classify with", error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<CommandRun> RunAsync(string arguments) => CommandRun.RunAsync([.. arguments.Split(' ').Select(Resolve)]);

    private string Resolve(string argument)
    {
        foreach (var name in (string[])["checkpoint", "export", "registry", "base", "large.txt", "none"])
            argument = argument.Replace($"{{{name}}}", _folder[name], StringComparison.Ordinal);
        return argument;
    }
}
