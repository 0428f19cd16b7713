using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts.Wording;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Capacity;
using StreamBert.Monitoring.Labels;
using StreamBert.Monitoring.Volume;

namespace StreamBert.Tests.Monitoring.Alerts.Wording;

public sealed class AlertTextTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeWindow Window = new(Start, Start.AddMinutes(1));

    [Fact]
    public void A_surge_states_the_share_its_interval_the_expectation_and_the_probability()
    {
        var assessment = Assess(AlertKinds.LabelSurge, "topic=Energy | Oil", static series => new LabelEvidence
        {
            Window = Window,
            Series = series,
            Rule = new(),
            Statistic = LabelStatistic.Span,
            IsAbove = true,
            Selected = 39,
            Texts = 54,
            SelectedClusters = 36,
            Clusters = 50,
            Inflation = 1,
            Windows = 1,
            Expected = 0.19,
            PValue = 1e-5,
        });

        Assert.Equal("Surge of negative texts in topic “Energy | Oil” of news: 72 %, usually 19 %", AlertText.Of(assessment).Title);
        Assert.Equal(
            "39 of 54 texts were negative from 09:00:00 to 09:01:00 UTC, 36 of 50 stories: 72 % (95 % interval 58 % to 83 %, "
                + "50 independent stories). 19 % was to be expected from the baseline. Without a change this happens by chance in "
                + "about 1 in 100,000 spans of that length.",
            AlertText.Of(assessment).Message);
        Assert.Equal(
            "The share of negative texts is back at 72 %; usually 19 %.",
            AlertText.Resolution(new Transition.Cleared(IdentityOf(assessment), assessment)));
    }

    [Theory]
    [InlineData(0, "news receives no texts, usually 300")]
    [InlineData(3, "news receives almost no texts, usually 300")]
    public void A_silence_states_whether_any_texts_arrive(long texts, string title)
    {
        var assessment = Assess(AlertKinds.VolumeSilence, SeriesKey.All, series => new VolumeEvidence
        {
            Window = Window,
            Series = series,
            Windows = 1,
            Texts = texts,
            Clusters = texts,
            Expected = 300,
            PValue = 0,
        });

        Assert.Equal(title, AlertText.Of(assessment).Title);
        Assert.EndsWith("in less than 1 in a trillion such times.", AlertText.Of(assessment).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_silence_with_some_texts_states_their_number()
    {
        var assessment = Assess(AlertKinds.VolumeSilence, SeriesKey.All, static series => new VolumeEvidence
        {
            Window = Window,
            Series = series,
            Windows = 1,
            Texts = 90,
            Clusters = 90,
            Expected = 300,
            PValue = 0,
        });

        Assert.Equal("news receives only 90 texts, usually 300", AlertText.Of(assessment).Title);
    }

    [Theory]
    [InlineData(39, ": 72 % (95 % interval 59 % to 82 %, 54 independent texts). ")]
    [InlineData(36, ", 36 of 51 subjects: 71 % (95 % interval 57 % to 81 %, 51 independent texts). ")]
    public void Where_texts_are_not_grouped_into_stories_the_message_speaks_of_texts(int selected, string message)
    {
        var label = new LabelEvidence
        {
            Window = Window,
            Series = new("news", "sentiment", SeriesKey.All),
            Rule = new(),
            Statistic = LabelStatistic.Span,
            GroupsStories = false,
            IsAbove = true,
            Selected = 39,
            Texts = 54,
            SelectedClusters = selected,
            Clusters = 54 - (39 - selected),
            Inflation = 1,
            Windows = 1,
            Expected = 0.19,
            PValue = 1e-5,
        };
        var (text, count) = (TextOf(label), TextOf(label with { Rule = new() { Measure = LabelMeasure.Count } }));

        Assert.StartsWith(
            $"39 of 54 texts were negative from 09:00:00 to 09:01:00 UTC{message}", text.Message, StringComparison.Ordinal);
        Assert.Equal("p-value, beta-binomial tail of pooled texts", text.EvidenceKind);
        Assert.Equal("p-value, negative binomial tail of pooled texts", count.EvidenceKind);
        Assert.Equal("texts per window", (label with { Rule = new() { Measure = LabelMeasure.Count } }).Unit);

        static AlertWording TextOf(LabelEvidence evidence) => AlertText.Of(Assess(AlertKinds.LabelSurge, SeriesKey.All, _ => evidence));
    }

    [Fact]
    public void A_full_table_names_the_option_that_raises_its_capacity()
    {
        var assessment = Assess(AlertKinds.CardinalityLimit, SeriesKey.All, static _ => new CapacityEvidence
        {
            Window = Window,
            Overflow = new("segments", 200, 12, 97),
            Option = "Monitoring:Windows:MaxSegments",
        });

        Assert.Equal("More segments in news than the monitor tracks: its capacity is 200", AlertText.Of(assessment).Title);
        Assert.Contains("raise Monitoring:Windows:MaxSegments (now 200)", AlertText.Of(assessment).Message, StringComparison.Ordinal);
        Assert.Equal(
            "All segments of the last 2 windows are tracked.",
            AlertText.Resolution(new Transition.Cleared(IdentityOf(assessment), assessment)));
    }

    [Fact]
    public void An_adopted_alert_states_how_long_the_condition_has_lasted()
    {
        var assessment = Assess(AlertKinds.VolumeSurge, SeriesKey.All, static series => new VolumeEvidence
        {
            Window = Window,
            Series = series,
            Windows = 1,
            Texts = 900,
            Clusters = 900,
            Expected = 300,
            PValue = 0,
        });

        Assert.Equal(
            "The condition has lasted for 24 hours and is the new baseline from now on.",
            AlertText.Resolution(new Transition.Adopted(IdentityOf(assessment), assessment, TimeSpan.FromDays(1))));
    }

    private static AlertIdentity IdentityOf(Assessment assessment) =>
        new("id", assessment.Rule.Fingerprint, assessment.Rule.Kind, assessment.Rule.Series);

    private static Assessment Assess(string kind, string segment, Func<SeriesKey, AlertEvidence> evidence)
    {
        var series = new SeriesKey("news", "sentiment", segment);
        return new(new(kind, series, new(2, 2)), Window, Condition.Breach, evidence(series));
    }
}
