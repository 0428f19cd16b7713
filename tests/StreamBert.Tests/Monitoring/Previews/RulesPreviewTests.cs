using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Previews;

namespace StreamBert.Tests.Monitoring.Previews;

/// <summary>Compares rules over a log in which one label surges.</summary>
public sealed class RulesPreviewTests
{
    private static readonly MonitorRules InEffect = SyntheticStream.Pipeline.Monitor.Rules;
    private static readonly MonitorRules Silent = InEffect with { Disabled = [.. AlertKinds.All] };
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_alerts_of_both_sets_of_rules_are_counted_and_listed()
    {
        await using var harness = new MonitoringHarness();
        await harness.AppendAsync(MonitoringHarness.Surge());

        var preview = Compare(harness, InEffect, Silent, TimeSpan.FromDays(7));

        Assert.Null(preview.Error);
        Assert.InRange(SyntheticStream.Start, preview.Period!.Start, preview.Period.Start + SyntheticStream.Pipeline.Monitor.Window);
        var alert = Assert.Single(preview.InEffect!.Latest);
        Assert.Equal((1, 1), (preview.InEffect.Total, preview.InEffect.Kinds[alert.Kind]));
        Assert.True(alert.ResolvedAt > alert.RaisedAt);
        Assert.Equal((0, 0), (preview.Proposed!.Total, preview.Proposed.Kinds.Count));
    }

    [Fact]
    public async Task The_same_rules_give_the_same_alerts()
    {
        await using var harness = new MonitoringHarness();
        await harness.AppendAsync(MonitoringHarness.Surge());

        var preview = Compare(harness, InEffect, InEffect, TimeSpan.FromDays(7));

        Assert.Equal(preview.InEffect!.Latest, preview.Proposed!.Latest);
        Assert.NotEmpty(preview.Proposed.Latest);
    }

    [Fact]
    public async Task Alerts_before_the_period_are_not_part_of_it_but_their_texts_are_learned_from()
    {
        await using var harness = new MonitoringHarness();
        await harness.AppendAsync(MonitoringHarness.Surge());
        var whole = Compare(harness, InEffect, Silent, TimeSpan.FromDays(7));

        var end = Compare(harness, InEffect, Silent, whole.Period!.End - whole.InEffect!.Latest[0].RaisedAt);

        Assert.Equal(0, end.InEffect!.Total);
        Assert.Equal(whole.Windows, end.Windows);
        Assert.Equal(whole.InEffect.Latest[0].RaisedAt, end.Period!.Start);
    }

    [Fact]
    public async Task A_log_without_predictions_has_no_period()
    {
        await using var harness = new MonitoringHarness();
        await harness.CreateTopicsAsync();

        var preview = Compare(harness, InEffect, Silent, TimeSpan.FromDays(7));

        Assert.Null(preview.Period);
        Assert.Equal((0, 0), (preview.InEffect!.Total, preview.Proposed!.Total));
    }

    [Fact]
    public async Task An_unknown_pipeline_is_an_error()
    {
        await using var harness = new MonitoringHarness();

        var preview = new RulesPreview(harness.Log, new([SyntheticStream.Pipeline]), new MonitoringOptions())
            .Compare(Request(InEffect, Silent, TimeSpan.FromDays(7)) with { Pipeline = "nobody" }, Cancellation);

        Assert.Equal("The monitor has no pipeline 'nobody'.", preview.Error);
    }

    private static RulesPreviewed Compare(MonitoringHarness harness, MonitorRules inEffect, MonitorRules proposed, TimeSpan period) =>
        new RulesPreview(harness.Log, new([SyntheticStream.Pipeline]), new MonitoringOptions())
            .Compare(Request(inEffect, proposed, period), Cancellation);

    private static RulesPreviewRequested Request(MonitorRules inEffect, MonitorRules proposed, TimeSpan period) => new()
    {
        Id = "p-1",
        Pipeline = SyntheticStream.Pipeline.Name,
        InEffect = inEffect,
        Proposed = proposed,
        Period = period,
        Deadline = SyntheticStream.Start,
    };
}
