using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Training.Registry;
using StreamBert.Training.Rollout;

namespace StreamBert.Tests.Training.Rollout;

public sealed class RolloutAlertsTests
{
    private static readonly SeriesKey Series = new("news", "sentiment", SeriesKey.All);

    private static readonly RolloutChanged RolledBack = TrialStream.Rollout with
    {
        Stage = RolloutStages.RolledBack,
        By = ModelActors.Rollout,
        Reason = "failed on 20 of 20 texts, 0.01 allowed",
        ChangedAt = DateTimeOffset.UnixEpoch.AddHours(1),
        AlertId = "a",
    };

    private static readonly ModelPromoted Promoted = new()
    {
        Model = "default",
        Version = "default-v3",
        Directory = "default/default-v3",
        Sha256 = "ab",
        PromotedAt = DateTimeOffset.UnixEpoch.AddHours(2),
        By = ModelActors.Training,
    };

    [Fact]
    public void An_alert_covers_the_stage_and_says_what_was_broken()
    {
        var alert = Assert.IsType<AlertRaised>(Read(
            RolloutAlerts.Raise(ModelHistory.Of([]), RolledBack, DateTimeOffset.UnixEpoch, 20, Series).Single()));

        Assert.Equal(("a", "rollout-rolled-back/default", 20), (alert.Id, alert.Fingerprint, alert.Count));
        Assert.Equal(TimeSpan.FromHours(1), alert.Window.End - alert.Window.Start);
        Assert.Contains("failed on 20 of 20 texts", alert.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_rollback_replaces_the_alert_so_that_one_fires_for_each_model()
    {
        var second = RolledBack with { Version = "default-v3", AlertId = "b" };

        var records = RolloutAlerts.Raise(ModelHistory.Of([RolledBack]), second, RolledBack.ChangedAt, 20, Series);

        Assert.Equal("a", Assert.IsType<AlertResolved>(Read(records[0])).Id);
        Assert.Equal("b", Assert.IsType<AlertRaised>(Read(records[1])).Id);
    }

    [Fact]
    public void A_promotion_resolves_the_alert_whoever_promotes() =>
        Assert.Equal(
            "training promoted default-v3.",
            Assert.IsType<AlertResolved>(Read(RolloutAlerts.Resolve(ModelHistory.Of([RolledBack]), Promoted, Series).Single())).Message);

    [Fact]
    public void A_rollout_that_a_run_begins_leaves_the_alert_firing_and_one_that_a_person_begins_resolves_it()
    {
        var byRun = TrialStream.Rollout with { By = ModelActors.Training };
        var byPerson = TrialStream.Rollout with { By = "anna" };

        Assert.Empty(RolloutAlerts.Resolve(ModelHistory.Of([RolledBack]), byRun, Series));
        Assert.NotNull(ModelHistory.Of([RolledBack, byRun]).AlertedRollback);
        Assert.Single(RolloutAlerts.Resolve(ModelHistory.Of([RolledBack]), byPerson, Series));
        Assert.Null(ModelHistory.Of([RolledBack, byPerson]).AlertedRollback);
    }

    [Fact]
    public void An_alert_is_resolved_once() =>
        Assert.Empty(RolloutAlerts.Resolve(ModelHistory.Of([RolledBack, Promoted]), Promoted, Series));

    private static object Read(NewRecord record) =>
        Encoding.UTF8.GetString(record.Headers[RecordHeaders.Type]) == nameof(AlertRaised)
            ? Wire.Deserialize<AlertRaised>(record.Value) : Wire.Deserialize<AlertResolved>(record.Value);
}
