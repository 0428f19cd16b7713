using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Session;

namespace StreamBert.Tests.Gateway.Dashboard.Session;

public sealed class ChartSelectionTests
{
    private static readonly LabelRule Negative = new(), Anomaly = new() { Head = "event", Label = "anomaly", Measure = LabelMeasure.Count };

    [Fact]
    public void Every_label_rule_and_every_head_without_one_can_be_shown()
    {
        var selection = new ChartSelection(Pipeline(Negative, Anomaly, Anomaly with { Threshold = 50 }));

        Assert.Equal(
            ["sentiment: negative", "event: anomaly (count)", "topic: all labels"], selection.Choices.Select(static choice => choice.Name));
        Assert.Equal("sentiment: negative", selection.Selected.Name);
    }

    [Fact]
    public void A_pipeline_without_label_rules_shows_all_labels_of_its_heads()
    {
        var selection = new ChartSelection(new() { Name = "logs", Heads = ["severity"] });

        Assert.Equal(new("severity", null, LabelMeasure.Share), Assert.Single(selection.Choices));
    }

    [Fact]
    public void Changed_rules_change_the_choices_and_keep_what_is_shown_if_it_is_still_watched()
    {
        var selection = new ChartSelection(Pipeline(Negative, Anomaly));
        selection.Select(selection.Choices[1]);

        selection.Apply(Pipeline(new() { Label = "positive" }, Anomaly));
        Assert.Equal("event: anomaly (count)", selection.Selected.Name);
        Assert.Equal("sentiment: positive", selection.Choices[0].Name);

        selection.Apply(Pipeline(new LabelRule { Label = "positive" }));
        Assert.Equal("sentiment: positive", selection.Selected.Name);
    }

    [Fact]
    public void An_alert_is_marked_on_the_chart_of_its_label_and_measure_only()
    {
        ChartedLabel share = new("sentiment", "negative", LabelMeasure.Share), count = share with { Measure = LabelMeasure.Count };
        var surge = Alert(AlertKinds.LabelSurge) with { Label = "negative" };

        Assert.True(share.IsAffectedBy(surge));
        Assert.False((share with { Label = "positive" }).IsAffectedBy(surge));
        Assert.False((share with { Head = "topic" }).IsAffectedBy(surge));
        Assert.False(count.IsAffectedBy(surge));
        Assert.True(count.IsAffectedBy(surge with { Unit = "stories per window" }));
        Assert.True((share with { Label = null }).IsAffectedBy(surge));
    }

    [Fact]
    public void Drift_is_marked_on_every_chart_of_its_head_and_the_number_of_texts_on_all()
    {
        ChartedLabel negative = new("sentiment", "negative", LabelMeasure.Share), topics = new("topic", null, LabelMeasure.Share);

        Assert.True(negative.IsAffectedBy(Alert(AlertKinds.LabelDrift)));
        Assert.False(topics.IsAffectedBy(Alert(AlertKinds.LabelDrift)));
        Assert.True(topics.IsAffectedBy(Alert(AlertKinds.VolumeSilence)));
    }

    private static PipelineOptions Pipeline(params LabelRule[] rules) => new()
    {
        Name = "logs",
        Heads = ["sentiment", "event", "topic"],
        Monitor = new() { Rules = new() { Labels = rules } },
    };

    private static AlertRaised Alert(string kind) => new()
    {
        Id = kind,
        Fingerprint = kind,
        Kind = kind,
        Series = new("logs", "sentiment", SeriesKey.All),
        Severity = "warning",
        Title = kind,
        Message = kind,
        Window = new(TrendWindows.Start, TrendWindows.Start.AddMinutes(1)),
        RaisedAt = TrendWindows.Start.AddMinutes(1),
        Value = 0.7,
        Baseline = 0.3,
        Unit = "share",
        Count = 100,
        Evidence = 0.001,
        EvidenceKind = "p-value",
    };
}
