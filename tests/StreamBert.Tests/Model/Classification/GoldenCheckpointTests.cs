using System.Text.Json;
using StreamBert.Model.Classification;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;

namespace StreamBert.Tests.Model.Classification;

/// <summary>Compares Hugging Face checkpoints with the output of Hugging Face's own code.</summary>
public sealed class GoldenCheckpointTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Checkpoints =>
        ["bert-uncased-seqcls", "bert-cased-tokencls", "bert-chinese-seqcls", "distilbert-seqcls", "roberta-seqcls",
            "bert-multilabel-short"];

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
            Assert.Equal(row.Truncated, encoded.IsTruncated);
        });
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Logits_of_all_texts_in_one_batch_equal_those_of_Hugging_Face(string checkpoint)
    {
        var directory = SharedData.Require(Path.Combine("hf_golden", checkpoint));
        using var model = TextClassifier.Load(directory);
        var rows = Expected(directory);

        var answers = model.Classify(rows.Select(static row => new EncodedText(row.Ids, row.Truncated)).ToList());

        var difference = rows.Zip(answers).Max(static pair => Difference(pair.First.Logits, pair.Second.Logits.Single().Value));
        Assert.InRange(difference, 0, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void A_text_has_the_same_logits_alone_as_in_a_batch(string checkpoint)
    {
        var directory = SharedData.Require(Path.Combine("hf_golden", checkpoint));
        using var model = TextClassifier.Load(directory);
        var texts = Expected(directory).Select(static row => new EncodedText(row.Ids, row.Truncated)).ToList();

        var together = model.Classify(texts);

        Assert.All(texts.Zip(together), pair =>
            Assert.InRange(Difference(model.Classify([pair.First])[0].Logits.Single().Value, pair.Second.Logits.Single().Value), 0, 1e-5));
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Probabilities_equal_those_of_Hugging_Face(string checkpoint)
    {
        var directory = SharedData.Require(Path.Combine("hf_golden", checkpoint));
        using var model = TextClassifier.Load(directory);
        if (model.Heads[0].Task == HeadTask.TokenClassification) return; // its probabilities are tested with the entities
        var rows = Expected(directory);

        var answers = model.Classify(rows.Select(static row => new EncodedText(row.Ids, row.Truncated)).ToList());

        Assert.All(rows.Zip(answers), static pair =>
            Assert.InRange(
                Difference(pair.First.Probabilities,
                    [.. pair.Second.Heads.Single().Value.Scores.Values.Select(static score => (float)score)]),
                0,
                Tolerance));
    }

    private static double Difference(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, static (e, a) => Math.Abs(e - a)).Max();
    }

    private static List<Row> Expected(string directory) => File.ReadLines(Path.Combine(directory, "expected.jsonl")).Select(static line =>
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        return new Row(Text(root.GetProperty("text")), root.GetProperty("truncated").GetBoolean(),
            root.GetProperty("input_ids").EnumerateArray().Select(static id => id.GetInt32()).ToArray(),
            Flat(root.GetProperty("logits")), Flat(root.GetProperty("probabilities")));
    }).ToList();

    private static float[] Flat(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().SelectMany(Flat)] : [element.GetSingle()];

    private static string Text(JsonElement element) => element.GetString()!;

    private sealed record Row(string Text, bool Truncated, int[] Ids, float[] Logits, float[] Probabilities);
}
