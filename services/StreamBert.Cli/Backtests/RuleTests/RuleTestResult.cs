namespace StreamBert.Cli.Backtests.RuleTests;

/// <summary>The result of a test of rules.</summary>
/// <param name="Differences">What is missing after a minus sign, what is unexpected after a plus sign; none if the test passed.</param>
internal sealed record RuleTestResult(string Name, IReadOnlyList<string> Differences)
{
    public bool Passed => Differences.Count == 0;
}
