using StreamBert.Cli.Simulation;

namespace StreamBert.Tests.Cli.Simulation;

public sealed class GrammarTests
{
    [Fact]
    public void Placeholders_are_replaced_from_rules_and_ranges()
    {
        var grammar = new Grammar(["[a]", "{b} falls {2.0-2.9}% after {3-9} days", "[b]", "oil"]);

        Assert.Matches(@"^Oil falls 2\.\d% after [3-9] days$", grammar.Generate("a", new Random(1)));
    }

    [Fact]
    public void An_unknown_placeholder_is_refused_when_the_grammar_is_loaded() =>
        Assert.Contains(
            "{c}",
            Assert.Throws<FormatException>(static () => new Grammar(["[a]", "{c} falls"])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_line_before_the_first_rule_is_refused() => Assert.Throws<FormatException>(static () => new Grammar(["oil falls"]));

    [Fact]
    public void Comments_and_empty_lines_are_skipped() =>
        Assert.Equal("Gold", new Grammar(["# a remark", "", "[a]", "gold"]).Generate("a", new Random(1)));
}
