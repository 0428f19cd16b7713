using StreamBert.Alerting.Routing;
using StreamBert.Contracts;
using static StreamBert.Tests.Alerting.AlertingBench;

namespace StreamBert.Tests.Alerting.Planning;

/// <summary>Decides about messages with the default times: 30 s for the first, 5 min between changes, repeated after 4 h.</summary>
public sealed class NotificationPlannerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1), Minute = TimeSpan.FromMinutes(1), Hour = TimeSpan.FromHours(1);

    [Fact]
    public void Sixty_four_alerts_of_one_minute_make_one_message()
    {
        var bench = new AlertingBench(Route(static route => route.GroupWait = Minute));

        for (var i = 0; i < 64; i++)
        {
            bench.Raise(Alert($"topic={i}", at: bench.Now));
            bench.Advance(Second * (i % 2));
        }
        bench.Advance(3 * Minute);

        var message = Assert.Single(bench.Messages);
        Assert.Equal((NotificationCauses.Firing, 64), (message.Cause, message.Alerts.Count));
        Assert.All(message.Alerts, static alert => Assert.Null(alert.Message)); // a message about very many alerts stays small
    }

    [Fact]
    public void A_message_waits_for_the_group_and_names_pipeline_incident_and_alert()
    {
        var bench = new AlertingBench(Route());
        bench.Raise(Alert("topic=Energy"));

        bench.Advance(29 * Second);
        Assert.Empty(bench.Messages);
        bench.Advance(Second);

        var message = Assert.Single(bench.Messages);
        Assert.Equal("all{pipeline=\"news\"}", message.Group);
        Assert.Equal("news", message.GroupLabels["pipeline"]);
        Assert.Equal($"{message.Incident}-1", message.Id);
        Assert.Equal("negative surge of topic=Energy", Assert.Single(message.Alerts).Title);
    }

    [Fact]
    public void The_resolution_follows_the_first_message_with_the_same_incident_and_a_later_alert_begins_another_one()
    {
        var bench = new AlertingBench(Route());
        var alert = bench.Raise(Alert());
        bench.Advance(2 * Minute);
        bench.Resolve(alert);
        bench.Advance(Second);

        Assert.Equal(["ops firing 1", "ops resolved 1"], bench.Summary);
        Assert.Equal(bench.Messages[0].Incident, bench.Messages[1].Incident);
        Assert.NotNull(bench.Messages[1].Alerts[0].ResolvedAt);

        bench.Raise(Alert(at: bench.Now));
        bench.Advance(Minute);

        Assert.Equal("ops firing 1", bench.Summary.Last());
        Assert.NotEqual(bench.Messages[0].Incident, bench.Messages[2].Incident);
        Assert.Equal(3, bench.Messages.Select(static message => message.Id).Distinct().Count());
    }

    [Fact]
    public void Further_and_resolved_alerts_are_one_message_after_five_minutes_and_a_critical_one_does_not_wait_for_them()
    {
        var bench = new AlertingBench(Route());
        var first = bench.Raise(Alert("topic=A"));
        bench.Advance(Minute);
        bench.Raise(Alert("topic=B", at: bench.Now));
        bench.Resolve(first);
        bench.Advance(4 * Minute);
        Assert.Single(bench.Messages);

        bench.Advance(Minute);
        Assert.Equal("ops changed 2", bench.Summary.Last());

        bench.Raise(Alert("topic=C", severity: "critical", at: bench.Now));
        bench.Advance(Minute);
        Assert.Equal("ops changed 2", bench.Summary.Last()); // B and C; A was reported as resolved
        Assert.Equal(3, bench.Messages.Count);
    }

    [Fact]
    public void An_alert_that_becomes_critical_is_reported_again()
    {
        var bench = new AlertingBench(Route());
        var alert = bench.Raise(Alert());
        bench.Advance(Minute);

        bench.Raise(alert with { Severity = "critical", UpdatedAt = bench.Now });
        bench.Advance(Minute);

        Assert.Equal(["ops firing 1", "ops changed 1"], bench.Summary);
    }

    [Fact]
    public void A_message_is_repeated_after_four_hours_until_somebody_acknowledges()
    {
        var bench = new AlertingBench(Route());
        var alert = bench.Raise(Alert());

        bench.Advance(4 * Hour + Minute);
        Assert.Equal(["ops firing 1", "ops repeated 1"], bench.Summary);

        bench.Acknowledge(alert);
        bench.Advance(9 * Hour);
        Assert.Equal("ops acknowledged 1", bench.Summary.Last());
        Assert.Equal("anna", bench.Messages[^1].Alerts[0].AcknowledgedBy);
        Assert.Equal(3, bench.Messages.Count);
    }

    [Fact]
    public void A_silenced_alert_is_reported_when_the_silence_ends_unless_it_was_resolved_before()
    {
        var bench = new AlertingBench(Route());
        bench.Silence(Hour, "topic=~Energy.*");
        var brief = bench.Raise(Alert("topic=Energy | Gas"));
        bench.Raise(Alert("topic=Energy | Oil"));
        bench.Advance(30 * Minute);
        bench.Resolve(brief);
        bench.Advance(29 * Minute);
        Assert.Empty(bench.Messages);

        bench.Advance(2 * Minute);
        Assert.Equal("negative surge of topic=Energy | Oil", Assert.Single(Assert.Single(bench.Messages).Alerts).Title);
    }

    [Fact]
    public void The_resolution_of_a_reported_alert_is_sent_in_spite_of_a_silence()
    {
        var bench = new AlertingBench(Route());
        var alert = bench.Raise(Alert());
        bench.Advance(Minute);
        bench.Silence(24 * Hour, "pipeline=news");
        bench.Advance(9 * Hour);
        bench.Resolve(alert);
        bench.Advance(Minute);

        Assert.Equal(["ops firing 1", "ops resolved 1"], bench.Summary);
    }

    [Fact]
    public void A_silent_pipeline_mutes_the_silence_of_its_topics_but_not_that_of_another_pipeline()
    {
        var bench = new AlertingBench(Route());
        var whole = bench.Raise(Alert("all", AlertKinds.VolumeSilence));
        var topic = bench.Raise(Alert("topic=A", AlertKinds.VolumeSilence));
        bench.Raise(Alert("topic=A", AlertKinds.VolumeSilence, pipeline: "chats"));
        bench.Advance(2 * Minute);
        bench.Resolve(whole);
        bench.Resolve(topic);
        bench.Advance(10 * Minute);

        Assert.Equal(["ops firing 1", "ops firing 1", "ops resolved 1"], bench.Summary.Order());
        Assert.DoesNotContain(
            bench.Messages.SelectMany(static message => message.Alerts),
            static alert => alert.Series is { Pipeline: "news", Segment: "topic=A" });
    }

    [Fact]
    public void An_escalation_follows_if_nobody_has_acknowledged_and_both_receivers_get_the_resolution()
    {
        var bench = new AlertingBench(Route(static route => route.Escalations.Add(new() { After = 15 * Minute, Receivers = { "pager" } })));
        var alert = bench.Raise(Alert());
        bench.Advance(16 * Minute);
        Assert.Equal(["ops firing 1", "pager escalated 1"], bench.Summary);

        bench.Resolve(alert);
        bench.Advance(Second);
        Assert.Equal(["ops resolved 1", "pager resolved 1"], bench.Summary.Skip(2).Order());
    }

    [Fact]
    public void An_acknowledged_alert_is_not_escalated()
    {
        var bench = new AlertingBench(Route(static route => route.Escalations.Add(new() { After = 15 * Minute, Receivers = { "pager" } })));
        var alert = bench.Raise(Alert());
        bench.Advance(Minute);
        bench.Acknowledge(alert);
        bench.Advance(2 * Hour);

        Assert.Equal(["ops firing 1", "ops acknowledged 1"], bench.Summary);
    }

    [Fact]
    public void An_alert_that_fires_again_while_it_is_kept_firing_makes_no_message()
    {
        var bench = new AlertingBench(Route(static route => route.KeepFiringFor = 10 * Minute));
        var alert = bench.Raise(Alert());
        bench.Advance(Minute);
        bench.Resolve(alert);
        bench.Advance(8 * Minute);
        var again = bench.Raise(Alert(at: bench.Now));
        bench.Advance(20 * Minute);
        Assert.Equal(["ops firing 1"], bench.Summary);

        bench.Resolve(again);
        bench.Advance(11 * Minute);
        Assert.Equal(["ops firing 1", "ops resolved 1"], bench.Summary);
    }

    [Fact]
    public void Outside_of_its_times_a_route_sends_only_resolutions_and_the_rest_when_the_time_begins()
    {
        var options = new StreamBert.Alerting.AlertingOptions
        {
            TimeIntervals = { new() { Name = "office", From = new(9, 0), To = new(10, 0) } },
        };
        var bench = new AlertingBench(options, Route(static route => route.ActiveTimes.Add("office")));
        var alert = bench.Raise(Alert("topic=A"));
        bench.Advance(90 * Minute);
        bench.Raise(Alert("topic=B", at: bench.Now));
        bench.Resolve(alert);
        bench.Advance(Minute);
        Assert.Equal(["ops firing 1", "ops resolved 1"], bench.Summary);

        bench.Advance(23 * Hour);
        Assert.Equal(["ops firing 1", "ops resolved 1", "ops firing 1"], bench.Summary);
        Assert.Equal(Start.AddDays(1), bench.Messages[^1].RequestedAt);
    }

    [Fact]
    public void Alerts_of_a_replayed_past_make_no_message()
    {
        var bench = new AlertingBench(Route());
        bench.Raise(Alert(at: new(1987, 10, 19, 14, 0, 0, TimeSpan.Zero)));
        bench.Advance(Hour);

        Assert.Empty(bench.Messages);
    }

    [Fact]
    public void An_alert_that_was_resolved_before_its_group_had_waited_makes_one_message_about_its_resolution()
    {
        var bench = new AlertingBench(Route());
        var alert = bench.Raise(Alert());
        bench.Advance(5 * Second);
        bench.Resolve(alert);
        bench.Advance(2 * Hour);

        Assert.Equal(["ops resolved 1"], bench.Summary);
    }

    [Fact]
    public void The_first_route_that_matches_applies_and_a_route_that_continues_leaves_others_their_turn()
    {
        var bench = new AlertingBench(
            new AlertRouteOptions { Name = "critical", Match = { "severity=critical" }, Receivers = { "pager" }, Continue = true },
            new AlertRouteOptions { Name = "chats", Match = { "pipeline=chats" }, Receivers = { "pager" } },
            new AlertRouteOptions { Name = "rest", Receivers = { "ops" } });
        bench.Raise(Alert("topic=A", severity: "critical"));
        bench.Raise(Alert("topic=B", pipeline: "chats"));
        bench.Advance(Minute);

        Assert.Equal(
            ["ops rest{", "pager chats{", "pager critical{"],
            bench.Messages.Select(static message => $"{message.Receiver} {message.Group[..(message.Group.IndexOf('{') + 1)]}").Order());
    }

    [Fact]
    public void Two_alerts_that_follow_each_other_make_two_messages_each_and_no_more()
    {
        var bench = new AlertingBench(Route());
        foreach (var segment in new[] { "topic=A", "topic=B" })
        {
            var alert = bench.Raise(Alert(segment, at: bench.Now));
            bench.Advance(10 * Minute);
            bench.Resolve(alert);
            bench.Advance(5 * Minute);
        }
        bench.Advance(2 * Hour);

        Assert.Equal(["ops firing 1", "ops resolved 1", "ops firing 1", "ops resolved 1"], bench.Summary);
        Assert.Equal(4, bench.Messages.Select(static message => message.Id).Distinct().Count());
    }

    [Fact]
    public void One_message_reports_that_the_alerts_are_acknowledged_that_no_silence_mutes()
    {
        var bench = new AlertingBench(Route());
        var taken = bench.Raise(Alert("topic=A"));
        bench.Raise(Alert("topic=B"));
        bench.Advance(Minute);
        bench.Silence(Hour, "topic=B");
        bench.Acknowledge(taken);
        bench.Advance(30 * Minute);

        Assert.Equal(["ops firing 2", "ops acknowledged 2"], bench.Summary);
    }

    [Fact]
    public void A_message_of_a_foreign_producer_in_no_group_stops_nothing()
    {
        var bench = new AlertingBench(Route());
        var alert = bench.Raise(Alert());
        bench.Advance(Minute);
        bench.Messages.Add(bench.Messages[0] with { Group = "x", Receiver = "pager", Incident = "y", Id = "y-1" });
        bench.Restart([(Topics.Alerts, alert)]);
        bench.Advance(Minute);

        Assert.Equal(2, bench.Messages.Count);
    }

    [Fact]
    public void A_service_that_was_killed_decides_as_if_it_had_not_been()
    {
        var bench = new AlertingBench(Route());
        var alert = bench.Raise(Alert());
        bench.Advance(Minute);
        var resolved = new AlertResolved
        {
            Id = alert.Id,
            Fingerprint = alert.Fingerprint,
            Kind = alert.Kind,
            Series = alert.Series,
            ResolvedAt = bench.Now,
            Value = 0,
            Baseline = 0,
            Message = "",
        };

        bench.Restart([(Topics.Alerts, alert)]);
        bench.Advance(Minute);
        Assert.Single(bench.Messages);
        bench.Restart([(Topics.Alerts, alert), (Topics.Alerts, resolved)]);
        bench.Advance(Minute);
        bench.Restart([(Topics.Alerts, alert), (Topics.Alerts, resolved)]);
        bench.Advance(10 * Minute);

        Assert.Equal(["ops firing 1", "ops resolved 1"], bench.Summary);
        Assert.Equal(bench.Messages[0].Incident, bench.Messages[1].Incident);
    }
}
