using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Commands.Texts;
using StreamBert.Model.Classification;

namespace StreamBert.Tests.Cli.Commands.Texts;

/// <summary>Classifies with checkpoints whose logits are known.</summary>
public sealed class LineClassifierTests
{
    [Theory]
    [InlineData("roberta-seqcls")]
    [InlineData("bert-cased-tokencls")]
    public void Logits_adds_token_ids_and_logits_of_every_head(string checkpoint)
    {
        var directory = SharedData.Require(Path.Combine("hf_golden", checkpoint));
        using var expected = JsonDocument.Parse(File.ReadLines(Path.Combine(directory, "expected.jsonl")).First());

        var line = Classify(directory, expected.RootElement.GetProperty("text").GetString()!, logits: true);

        Assert.Equal(Numbers(expected.RootElement.GetProperty("input_ids")), Numbers(line.GetProperty("ids")));
        var logits = Assert.Single(line.GetProperty("logits").EnumerateObject()).Value;
        Assert.Equal(expected.RootElement.GetProperty("logits").GetArrayLength(), logits.GetArrayLength());
        Assert.All(
            Numbers(expected.RootElement.GetProperty("logits")).Zip(Numbers(logits)),
            static pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void Without_logits_a_line_contains_neither()
    {
        var line = Classify(Path.Combine(AppContext.BaseDirectory, "models", "default"), "Oil plunges", logits: false);

        Assert.Equal("negative", line.GetProperty("heads").GetProperty("sentiment").GetProperty("label").GetString());
        Assert.False(line.TryGetProperty("logits", out _) || line.TryGetProperty("ids", out _));
    }

    [Fact]
    public void A_text_in_a_language_that_the_model_was_not_trained_on_is_reported()
    {
        var directory = Path.Combine(AppContext.BaseDirectory, "models", "default");

        var foreign = Classify(directory, "Die Bestellung ist leider noch nicht bei mir angekommen.", logits: false);

        Assert.Equal("de", foreign.GetProperty("foreignLanguage").GetString());
        Assert.False(Classify(directory, "Oil plunges", logits: false).TryGetProperty("foreignLanguage", out _));
    }

    private static JsonElement Classify(string directory, string text, bool logits)
    {
        using var model = TextClassifier.Load(directory);
        using var output = new StringWriter();
        var classifier = new LineClassifier(model, logits, output);
        Assert.Equal(0, classifier.Run([new TextLine(1, text, null)], TestContext.Current.CancellationToken));
        return JsonDocument.Parse(output.ToString()).RootElement;
    }

    private static List<double> Numbers(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().SelectMany(Numbers)] : [element.GetDouble()];
}
