using StreamBert.BaseModels;
using StreamBert.Model.Embeddings;
using StreamBert.Model.Tokenization;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.BaseModels;

/// <summary>The oracle is ONNX Runtime on the same file: its embeddings of every text, alone, are ours, alone and in a batch.</summary>
public sealed class OnnxRuntimeComparisonTests : IDisposable
{
    private const float Tolerance = 1e-5f;

    private static readonly string[] Words =
        ["shares", "of", "Nokia", "fell", "after", "the", "central", "bank", "unexpectedly", "raised", "rates", "."];

    private static readonly string[] Texts =
    [
        "", "a", "Oil falls", "Profit rose to EUR 13.1 mn from EUR 8.7 mn in the corresponding period in 2008.",
        "Why was I charged twice???", "ÖL FÄLLT um 5 % 📉", "油价下跌", "café naïve co-operate", new('x', 150),
        "[MASK] [SEP] @user http://a.b/c",
        .. Enumerable.Range(1, 24).Select(static words => string.Join(' ', Enumerable.Range(0, words * 4).Select(GetWord))),
        string.Join(' ', Enumerable.Range(0, 700).Select(GetWord)),
    ];

    private readonly TempFolder _folder = new();

    [Fact]
    public void The_shipped_arctic_encoder_embeds_as_ONNX_Runtime_does() =>
        Compare(PretrainedModel.ArcticEmbedXs, Path.Combine(AppContext.BaseDirectory, "models", PretrainedModel.ArcticEmbedXs.Name));

    [Fact]
    public void MiniLM_with_mean_pooling_embeds_as_ONNX_Runtime_does()
    {
        PretrainedModel.MiniLm.Write(RestoredPackage.FindAssembly(PretrainedModel.MiniLm), _folder["minilm"]);

        Compare(PretrainedModel.MiniLm, _folder["minilm"]);
    }

    public void Dispose() => _folder.Dispose();

    private static string GetWord(int index) => Words[index * 7 % Words.Length];

    private static void Compare(PretrainedModel pretrained, string directory)
    {
        using var oracle = new OnnxRuntimeModel(pretrained.ReadOnnx(RestoredPackage.FindAssembly(pretrained)));
        using var model = TextEmbedder.Load(directory);
        EncodedText[] texts = [.. Texts.Select(model.Encode)];
        var batch = model.Embed(texts);

        Assert.Equal(512, texts.Max(static text => text.Ids.Length));
        foreach (var (index, text) in texts.Index())
        {
            var expected = oracle.Embed(text.Ids, pretrained.Pooling);
            Assert.Equal(model.Size, expected.Length);
            AssertClose(expected, batch[index], $"'{Texts[index]}' in a batch");
            if (text.Ids.Length < 64)
                AssertClose(expected, model.Embed([text])[0], $"'{Texts[index]}' alone");
        }
    }

    private static void AssertClose(float[] expected, float[] actual, string what)
    {
        var difference = expected.Zip(actual, static (a, b) => Math.Abs(a - b)).Max();
        Assert.True(difference <= Tolerance, $"{what} differs by {difference}");
    }
}
