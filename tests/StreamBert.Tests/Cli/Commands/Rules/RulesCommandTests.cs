using System.Text.Json.Nodes;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Commands.Rules;

/// <summary>Runs <c>rules schema</c>, <c>rules check</c> and <c>rules test</c>.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class RulesCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_schema_is_json()
    {
        var run = await CommandRun.RunAsync("rules", "schema");

        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string?)JsonNode.Parse(run.Out)!["$schema"]);
    }

    [Fact]
    public async Task Check_accepts_valid_rules_and_lists_every_fault_of_others()
    {
        await WriteAsync("good.json", """{ "pipelines": { "financial-news": { "volume": { "surgeRatio": 3 }, } } }""");
        await WriteAsync(
            "bad.json", "{ \"pipelines\": { \"financial-news\": {\n \"volume\": { \"surgeRation\": 3 },\n \"timeZone\": 3 } } }");

        var good = await CommandRun.RunAsync("rules", "check", _folder["good.json"]);
        var bad = await CommandRun.RunAsync("rules", "check", _folder["bad.json"]);

        Assert.Equal((0, "The rules are valid: financial-news."), (good.ExitCode, good.Out.TrimEnd()));
        Assert.Equal(2, bad.ExitCode);
        Assert.Contains("has 2 faults", bad.Error, StringComparison.Ordinal);
        Assert.Contains("line 2: pipelines.financial-news.volume.surgeRation is not a key. Did you mean 'surgeRatio'?", bad.Error,
            StringComparison.Ordinal);
        Assert.Contains("line 3: pipelines.financial-news.timeZone is 3; it must be a text in quotes.", bad.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_warns_of_a_label_that_the_shipped_model_does_not_have()
    {
        await WriteAsync(
            "typo.json", """{ "pipelines": { "financial-news": { "labels": [{ "label": "negativ" }, { "label": "positive" }] } } }""");

        var run = await CommandRun.RunAsync("rules", "check", _folder["typo.json"]);

        Assert.Equal((0, "The rules are valid: financial-news."), (run.ExitCode, run.Out.TrimEnd()));
        Assert.StartsWith(
            "Warning: pipeline 'financial-news': a rule watches the label 'negativ', which the head 'sentiment' of the model does not "
                + "have. Did you mean 'negative'? It has ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("'positive'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_passes_if_exactly_the_expected_alerts_are_raised_and_shows_the_difference_otherwise()
    {
        await WriteAsync("rules.json", """
            { "pipelines": { "financial-news": { "labels": [{ "head": "sentiment", "label": "negative", "threshold": 0.5 }] } } }
            """);
        await WriteAsync("tests.json", """
            {
              "rules": "rules.json",
              "tests": [
                {
                  "name": "a surge is found", "pipeline": "financial-news",
                  "series": [{ "texts": "40x79", "heads": { "sentiment": { "negative": "0.2x59 0.9x19", "neutral": "rest" } } }],
                  "expect": [{ "kind": "label-surge", "series": "sentiment/all", "from": 60, "to": 66 }],
                  "ignore": ["label-drift", "confidence-drift"]
                },
                {
                  "name": "calm is quiet", "pipeline": "financial-news",
                  "series": [{ "texts": "40x79", "heads": { "sentiment": { "negative": "0.2x79", "neutral": "rest" } } }],
                  "expect": [{ "kind": "label-surge", "from": 10, "to": 20 }]
                }
              ]
            }
            """);

        var run = await CommandRun.RunAsync("rules", "test", _folder["tests.json"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("passed  a surge is found", run.Out, StringComparison.Ordinal);
        Assert.Contains("FAILED  calm is quiet", run.Out, StringComparison.Ordinal);
        Assert.Contains("- label-surge", run.Out, StringComparison.Ordinal);
        Assert.Contains("1 of 2 tests failed", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "tests": [] }""", "no tests")]
    [InlineData("""{ "tests": [{ "name": "x" }] }""", "line 1")]
    [InlineData("""{ "test": [] }""", "test")]
    public async Task An_invalid_test_file_is_refused_with_exit_code_2(string content, string named)
    {
        await WriteAsync("tests.json", content);

        var run = await CommandRun.RunAsync("rules", "test", _folder["tests.json"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
    }

    private Task WriteAsync(string name, string content) =>
        File.WriteAllTextAsync(_folder[name], content, TestContext.Current.CancellationToken);
}
