using StreamBert.Model;
using StreamBert.Model.Embeddings;
using StreamBert.Model.Manifests;
using StreamBert.Model.Onnx;
using StreamBert.Tests.Model.Onnx;
using StreamBert.Tests.Model.Packages;

namespace StreamBert.Tests.Model.Embeddings;

/// <summary>Embeds with a tiny encoder; the comparison with ONNX Runtime is in <c>BaseModels</c>.</summary>
public sealed class TextEmbedderTests : IDisposable
{
    private static readonly string[] Texts = ["oil prices rise", "oil", "", "prices fall . oil prices rise ."];

    private readonly TempFolder _folder = new();

    public TextEmbedderTests() => PlainCheckpoint.Write(_folder["checkpoint"]);

    [Theory]
    [InlineData(EmbeddingManifest.Mean)]
    [InlineData(EmbeddingManifest.ClsToken)]
    public void A_normalized_embedding_is_the_other_one_divided_by_its_norm(string pooling)
    {
        var raw = Embed(new() { Pooling = pooling, Normalized = false });
        var normalized = Embed(new() { Pooling = pooling });

        foreach (var (expected, actual) in raw.Zip(normalized))
        {
            var norm = Math.Sqrt(expected.Sum(static value => (double)value * value));
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First / norm, pair.Second, 1e-6));
        }
    }

    [Fact]
    public void The_poolings_differ() =>
        Assert.NotEqual(Embed(new() { Pooling = EmbeddingManifest.Mean })[0], Embed(new() { Pooling = EmbeddingManifest.ClsToken })[0]);

    [Fact]
    public void An_embedding_does_not_depend_on_the_other_texts()
    {
        WritePackage(new());
        using var model = TextEmbedder.Load(_folder["package"]);

        var batch = model.Embed([.. Texts.Select(model.Encode)]);

        foreach (var (index, text) in Texts.Index())
            Assert.Equal(model.Embed([model.Encode(text)])[0], batch[index]);
    }

    [Fact]
    public void A_package_without_a_statement_embeds_by_the_normalized_mean()
    {
        var stated = Embed(new());

        using var model = TextEmbedder.Load(_folder["checkpoint"]);

        Assert.Equal(stated, model.Embed([.. Texts.Select(model.Encode)]));
    }

    [Fact]
    public void An_unknown_pooling_is_refused()
    {
        WritePackage(new() { Pooling = "max" });

        var error = Assert.Throws<ModelPackageException>(() => TextEmbedder.Load(_folder["package"]));

        Assert.Contains("'max'; cls-token and mean are supported", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private float[][] Embed(EmbeddingManifest embedding)
    {
        WritePackage(embedding);
        using var model = TextEmbedder.Load(_folder["package"]);
        return model.Embed([.. Texts.Select(model.Encode)]);
    }

    private void WritePackage(EmbeddingManifest embedding) => OnnxImport.Write(
        new("model.onnx", BertExport.Create(_folder["checkpoint"]).ToBytes())
        {
            Version = "v1",
            Companions = new Dictionary<string, string> { ["vocab.txt"] = Path.Combine(_folder["checkpoint"], "vocab.txt") },
            Embedding = embedding,
        },
        _folder["package"]);
}
