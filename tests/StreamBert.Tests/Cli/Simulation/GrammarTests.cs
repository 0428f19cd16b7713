using StreamBert.Cli.Simulation;

namespace StreamBert.Tests.Cli.Simulation;

public sealed class GrammarTests
{
    [Fact]
    public void Slots_are_filled_by_rules_and_ranges()
    {
        var grammar = new Grammar(["[a]", "{b} falls {2.0-2.9}% after {3-9} days", "[b]", "oil"]);

        Assert.Matches(@"^Oil falls 2\.\d% after [3-9] days$", grammar.Write("a", new Random(1)));
    }

    [Fact]
    public void A_slot_that_names_nothing_is_refused_when_the_grammar_is_read() =>
        Assert.Contains(
            "{c}",
            Assert.Throws<FormatException>(static () => new Grammar(["[a]", "{c} falls"])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_line_without_a_heading_is_refused() => Assert.Throws<FormatException>(static () => new Grammar(["oil falls"]));

    [Fact]
    public void Comments_and_empty_lines_are_skipped() =>
        Assert.Equal("Gold", new Grammar(["# a remark", "", "[a]", "gold"]).Write("a", new Random(1)));
}
