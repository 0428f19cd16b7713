using Microsoft.Extensions.Time.Testing;
using StreamBert.Alerting.Receivers.Messages;
using StreamBert.Contracts;
using StreamBert.Streaming.Alerts;

namespace StreamBert.Tests.Alerting.Receivers.Messages;

/// <summary>Tests what messages say.</summary>
public sealed class MessageComposerTests
{
    [Fact]
    public void A_message_about_many_alerts_lists_ten_and_says_how_many_more_there_are_critical_ones_first()
    {
        var alerts = Enumerable.Range(0, 64).Select(static number => number switch
        {
            0 => SampleNotification.Alert("resolved", "critical", SampleNotification.Start),
            63 => SampleNotification.Alert("last", "critical"),
            _ => SampleNotification.Alert($"a-{number}", "warning"),
        });

        var message = Compose(NotificationCauses.Firing, [.. alerts]);

        Assert.Equal("Critical: 63 of 64 alerts in financial-news", message.Title);
        Assert.Equal("63 of 64 alerts are firing, 1 of them critical.", message.Text);
        Assert.Equal(["last", "a-1", "a-2"], message.Alerts.Take(3).Select(static listed => listed.Alert.Id));
        Assert.Equal((10, "and 54 more alerts", MessageTone.Critical), (message.Alerts.Count, message.OmittedText, message.Tone));
    }

    [Theory]
    [InlineData(NotificationCauses.Firing, "Warning: negative surge <a-1>", MessageTone.Warning)]
    [InlineData(NotificationCauses.Changed, "Changed: negative surge <a-1>", MessageTone.Warning)]
    [InlineData(NotificationCauses.Repeated, "Still firing: negative surge <a-1>", MessageTone.Warning)]
    [InlineData(NotificationCauses.Escalated, "Not acknowledged: negative surge <a-1>", MessageTone.Warning)]
    [InlineData(NotificationCauses.Acknowledged, "Acknowledged: negative surge <a-1>", MessageTone.Neutral)]
    [InlineData(NotificationCauses.Test, "Test: negative surge <a-1>", MessageTone.Neutral)]
    internal void The_title_says_what_happened(string cause, string title, MessageTone tone)
    {
        var message = Compose(cause, SampleNotification.Alert(severity: "warning"));

        Assert.Equal((title, null, tone), (message.Title, message.Text, message.Tone));
    }

    [Fact]
    public void A_resolved_group_is_good_news()
    {
        var resolved = SampleNotification.Alert(resolvedAt: SampleNotification.Start.AddMinutes(3));

        var message = Compose(NotificationCauses.Resolved, resolved, resolved);

        Assert.Equal(("Resolved: 2 alerts in financial-news", "All 2 alerts are resolved."), (message.Title, message.Text));
        Assert.Equal(MessageTone.Good, message.Tone);
        Assert.EndsWith("since 2026-03-01 12:00 UTC · resolved 2026-03-01 12:03 UTC", message.Alerts[0].Facts, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configured_title_and_text_are_filled_and_values_are_no_templates()
    {
        var alert = SampleNotification.Alert() with { Title = "{count}\r\nforged" };

        var message = Compose(
            "[{severity}] {pipeline}: {title}", "{status}, {count} of kind {kind} in {segment}: {message} {url}",
            NotificationCauses.Firing, alert);

        Assert.Equal("[critical] financial-news: {count}\\u000d\\u000aforged", message.Title);
        Assert.Equal(
            "Critical, 1 of kind label-surge in topic=Energy | Oil: 57 % of the texts are negative & more. https://sb.example/alerts/a-1",
            message.Text);
    }

    private static ReceiverMessage Compose(string cause, params IReadOnlyList<NotifiedAlert> alerts) => Compose("", "", cause, alerts);

    private static ReceiverMessage Compose(string title, string text, string cause, params IReadOnlyList<NotifiedAlert> alerts) =>
        new MessageComposer(
            title, text,
            new(Microsoft.Extensions.Options.Options.Create(new AlertLinkOptions { DashboardUrl = new("https://sb.example") }),
            new FakeTimeProvider(SampleNotification.Start))).Compose(SampleNotification.Create(cause, alerts));
}
