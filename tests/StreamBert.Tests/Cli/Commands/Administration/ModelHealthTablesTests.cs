using StreamBert.Cli.Commands.Administration;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Endpoints;

namespace StreamBert.Tests.Cli.Commands.Administration;

[Collection(nameof(StreamBertCommandTests))]
public sealed class ModelHealthTablesTests
{
    private static readonly PipelineOptions News = new() { Name = "news", Heads = ["sentiment"] };

    [Fact]
    public void Without_a_rule_the_default_rule_is_named() =>
        Assert.Contains("and kind, the default label rule (sentiment=negative), ", Line(News, new()), StringComparison.Ordinal);

    [Fact]
    public void Without_a_rule_and_a_sentiment_there_is_none() =>
        Assert.Contains("and kind, 0 label rules,", Line(News with { Heads = ["topic"] }, new()), StringComparison.Ordinal);

    [Theory]
    [InlineData(1, "1 label rule,")]
    [InlineData(2, "2 label rules,")]
    public void Rules_are_counted(int rules, string expected)
    {
        var labels = Enumerable.Range(0, rules).Select(static number => new LabelRule { Label = $"label {number}" });
        Assert.Contains($"and kind, {expected}", Line(News, new() { Labels = [.. labels] }), StringComparison.Ordinal);
    }

    private static string Line(PipelineOptions pipeline, MonitorRules rules)
    {
        var console = Console.Out;
        using var output = new StringWriter();
        try
        {
            Console.SetOut(output);
            ModelHealthTables.WriteRules(new(pipeline.Name, rules, pipeline.LabelRulesOf(rules), default, rules, []));
            return output.ToString();
        }
        finally
        {
            Console.SetOut(console);
        }
    }
}
