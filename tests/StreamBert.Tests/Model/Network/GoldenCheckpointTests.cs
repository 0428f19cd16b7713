using System.Text.Json;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model;

/// <summary>Hugging Face checkpoints with what Hugging Face's own code answers for them.</summary>
public sealed class GoldenCheckpointTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Checkpoints => ["bert-uncased-seqcls", "bert-chinese-seqcls", "bert-multilabel-short"];

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Token_ids_equal_those_of_Hugging_Face(string checkpoint)
    {
        var directory = SharedData.Require(Path.Combine("hf_golden", checkpoint));
        var package = ModelPackage.Load(directory);
        using var network = package.Network;

        Assert.All(Expected(directory), row =>
        {
            var encoded = package.Tokenizer.Encode(row.Text, package.Manifest.MaxTokens);
            Assert.Equal(row.Ids, encoded.Ids);
            Assert.Equal(row.Truncated, encoded.Truncated);
        });
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Logits_of_all_texts_in_one_batch_equal_those_of_Hugging_Face(string checkpoint)
    {
        var directory = SharedData.Require(Path.Combine("hf_golden", checkpoint));
        using var network = ModelPackage.Load(directory).Network;
        var rows = Expected(directory);

        var logits = Logits(network, rows.Select(row => row.Ids).ToList());

        var difference = rows.Zip(logits).Max(pair => pair.First.Logits.Zip(pair.Second, (e, a) => Math.Abs(e - a)).Max());
        Assert.InRange(difference, 0, Tolerance);
    }

    private static float[][] Logits(TextNetwork network, IReadOnlyList<int[]> texts)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        using var batch = PackedBatch.Create(texts, CPU);
        var logits = network.HeadLogits(network.Encoder.Forward(batch), batch, network.Heads[0], 0).data<float>().ToArray();
        var labels = network.Heads[0].Labels.Count;
        var rows = new float[texts.Count][];
        for (var i = 0; i < rows.Length; i++) rows[batch.Order[i]] = logits[(i * labels)..((i + 1) * labels)];
        return rows;
    }

    private static List<Row> Expected(string directory) => File.ReadLines(Path.Combine(directory, "expected.jsonl")).Select(line =>
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        return new Row(Text(root.GetProperty("text")), root.GetProperty("truncated").GetBoolean(),
            root.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32()).ToArray(),
            root.GetProperty("logits").EnumerateArray().Select(value => value.GetSingle()).ToArray());
    }).ToList();

    private static string Text(JsonElement element) => element.GetString()!;

    private sealed record Row(string Text, bool Truncated, int[] Ids, float[] Logits);
}
