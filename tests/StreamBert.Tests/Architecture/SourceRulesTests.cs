using StreamBert.CodeMetrics;

namespace StreamBert.Tests.Architecture;

/// <summary>The rules of <c>docs/contribute.md</c> for sources and prose, measured by StreamBert.CodeMetrics.</summary>
[Collection(nameof(SourceTests))]
public sealed class SourceRulesTests
{
    private const int MaxMethodLines = 40;
    private const int MaxShown = 50;

    private static readonly Repository Checkout = Repository.Containing(AppContext.BaseDirectory);

    [Fact]
    public void No_line_is_longer_than_140_columns() => AssertNone(Lengths.LongLines(Checkout));

    [Fact]
    public void No_method_is_longer_than_40_lines() =>
        AssertNone(Lengths.Methods(Checkout).Where(static method => method.Lines > MaxMethodLines).Select(static method => method.Method));

    [Fact]
    public void A_type_name_has_one_meaning() => AssertNone(TypeNames.WithTwoMeanings(Checkout));

    [Fact]
    public void An_interface_has_at_least_two_implementations() => AssertNone(TypeNames.InterfacesWithOneImplementation(Checkout));

    [Fact]
    public void Folders_of_a_project_form_no_cycle() => AssertNone(MetricsTable.Cycles(Checkout));

    [Fact]
    public void No_banned_word_is_used() => AssertNone(new BannedWords().Find(Checkout));

    [Fact]
    public void A_banned_word_is_found_with_the_word_to_use() =>
        Assert.Equal(
            ["docs/x.md:2 'colour': use color"],
            new BannedWords(["# comment", @"\bcolour\b → color"]).FindIn("docs/x.md", "A color.\nA colour."));

    [Fact]
    public void Public_members_of_the_shared_libraries_are_documented() => AssertNone(Documentation.Missing(Checkout));

    [Fact]
    public void A_function_that_captures_nothing_is_static() =>
        AssertNone(StaticFunctions.Missing(
            Checkout,
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)));

    [Fact]
    public void A_disabled_analyzer_rule_is_justified_in_the_line_above()
    {
        var lines = File.ReadAllLines(Path.Combine(Checkout.Root, ".editorconfig"));
        var disabled = lines.Index().Where(static line => line.Item.EndsWith("severity = none", StringComparison.Ordinal));

        AssertNone(disabled.Where(line => !IsJustified(lines, line.Index)).Select(static line => line.Item));
    }

    private static void AssertNone(IEnumerable<string> places)
    {
        var found = places.Take(MaxShown).ToList();
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    private static bool IsJustified(string[] lines, int at) => lines[at - 1] switch
    {
        ['#', ..] => true,
        var above when above.StartsWith("dotnet_diagnostic", StringComparison.Ordinal) => IsJustified(lines, at - 1),
        _ => false,
    };
}
