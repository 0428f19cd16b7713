using StreamBert.Contracts;
using StreamBert.Tests.Alerting;

namespace StreamBert.Tests.Contracts.Alerts;

/// <summary>Tests matchers on the labels of an alert.</summary>
public sealed class AlertMatcherTests
{
    private static readonly IReadOnlyDictionary<string, string> Labels = AlertLabels.Of(AlertingBench.Alert("topic=Energy | Oil"));

    [Theory]
    [InlineData("pipeline=news", true)]
    [InlineData("pipeline = \"news\"", true)]
    [InlineData("pipeline!=news", false)]
    [InlineData("topic=Energy | Oil", true)]
    [InlineData("topic=~Energy", false)] // a regular expression matches the whole value
    [InlineData("topic=~Energy.*", true)]
    [InlineData("topic!~Energy.*", false)]
    [InlineData("segment=topic=Energy | Oil", true)]
    [InlineData("region=", true)] // an absent label is empty
    [InlineData("region!=", false)]
    [InlineData("kind=~label-.*|volume-.*", true)]
    public void A_matcher_compares_one_label(string text, bool expected)
    {
        Assert.Null(AlertMatcher.TryParse(text, out var matcher));

        Assert.Equal(expected, matcher.Matches(Labels));
        Assert.Null(AlertMatcher.TryParse(matcher.ToString(), out var again));
        Assert.Equal(expected, again.Matches(Labels));
    }

    [Theory]
    [InlineData("")]
    [InlineData("pipeline")]
    [InlineData("=news")]
    [InlineData("  =news")]
    [InlineData("topic=~(")]
    [InlineData("topic=~(a)\\1")] // cannot be matched in linear time
    public void An_invalid_matcher_is_refused_with_the_reason(string text) => Assert.NotNull(AlertMatcher.TryParse(text, out _));
}
