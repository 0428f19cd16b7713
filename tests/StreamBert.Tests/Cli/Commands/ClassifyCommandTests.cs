using System.Text.Json;
using StreamBert.Cli.Commands;
using StreamBert.Cli.Files;
using StreamBert.Model;

namespace StreamBert.Tests.Cli.Commands;

/// <summary><c>classify</c> on checkpoints whose answers are known.</summary>
public sealed class ClassifyCommandTests
{
    [Theory]
    [InlineData("roberta-seqcls")]
    [InlineData("bert-cased-tokencls")]
    public void Logits_prints_ids_and_raw_outputs_of_every_head(string checkpoint)
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
    public void Without_it_a_line_has_neither()
    {
        var line = Classify(Path.Combine(AppContext.BaseDirectory, "models", "default"), "Oil plunges", logits: false);

        Assert.Equal("negative", line.GetProperty("heads").GetProperty("sentiment").GetProperty("label").GetString());
        Assert.False(line.TryGetProperty("logits", out _) || line.TryGetProperty("ids", out _));
    }

    private static JsonElement Classify(string directory, string text, bool logits)
    {
        using var model = TextClassifier.Load(directory);
        using var output = new StringWriter();
        Assert.Equal(0, ClassifyCommand.Write([new TextLine(1, text, null)], model, logits, output, TestContext.Current.CancellationToken));
        return JsonDocument.Parse(output.ToString()).RootElement;
    }

    private static List<double> Numbers(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().SelectMany(Numbers)] : [element.GetDouble()];
}
