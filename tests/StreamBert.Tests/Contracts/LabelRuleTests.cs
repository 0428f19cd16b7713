using StreamBert.Contracts;

namespace StreamBert.Tests.Contracts;

public sealed class LabelRuleTests
{
    public static TheoryData<LabelRule, string> Rules => new()
    {
        { new(), "sentiment=negative" },
        { new() { Direction = ChangeDirection.Below }, "sentiment=negative below" },
        { new() { Direction = ChangeDirection.Both }, "sentiment=negative both" },
        { new() { Measure = LabelMeasure.Count, Threshold = 2.5 }, "sentiment=negative count limit 2.5" },
        { new() { Window = TimeSpan.FromMinutes(10) }, "sentiment=negative over 00:10:00" },
        { new() { Segments = ["source", "head:topic", "source"] }, "sentiment=negative in head:topic,source" },
        { new() { MinimumCount = 9, MinimumLift = 0.1, MinimumRatio = 3, Weight = 2 }, "sentiment=negative" },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_identity_names_what_is_watched_where_it_differs_from_the_default(LabelRule rule, string id) =>
        Assert.Equal(id, rule.Id());
}
