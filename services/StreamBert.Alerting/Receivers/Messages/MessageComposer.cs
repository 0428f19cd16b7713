using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Streaming.Alerts;

namespace StreamBert.Alerting.Receivers.Messages;

/// <summary>Writes the messages of a receiver: its configured title and text, or the default ones, and the list of alerts.</summary>
/// <param name="title">The template of the title; empty for the default.</param>
/// <param name="text">The template of the text; empty for the default.</param>
/// <param name="links">The addresses of alerts.</param>
internal sealed class MessageComposer(string title, string text, AlertLinks links)
{
    /// <summary>The most alerts that a message lists.</summary>
    public const int MaxAlerts = 10;

    private const string Critical = "critical";

    /// <summary>Writes a message.</summary>
    public ReceiverMessage Compose(NotificationRequested notification)
    {
        var ordered = notification.Alerts.OrderBy(static alert => alert.ResolvedAt is not null)
            .ThenBy(static alert => alert.Severity != Critical).ToList();
        var (firing, first) = (ordered.Count(static alert => alert.ResolvedAt is null), ordered[0]);
        string Value(string name) => ValueOf(name, notification.Cause, ordered, firing);
        return new()
        {
            Title = VisibleText.EscapeLine(
                Fill(title, Value) ?? $"{StatusOf(notification.Cause, first)}: {SubjectOf(ordered, firing)}"),
            Text = Fill(text, Value) is { } own ? VisibleText.EscapeLines(own) : SummaryOf(ordered, firing),
            Tone = notification.Cause is NotificationCauses.Test or NotificationCauses.Acknowledged ? MessageTone.Neutral
                : firing == 0 ? MessageTone.Good
                : first.Severity == Critical ? MessageTone.Critical : MessageTone.Warning,
            Alerts = [.. ordered.Take(MaxAlerts).Select(alert => List(alert, notification.Cause))],
            Omitted = Math.Max(0, ordered.Count - MaxAlerts),
        };
    }

    /// <summary>Returns the links of an alert: its page, and what a reader can do while it fires.</summary>
    public IReadOnlyList<MessageLink> LinksOf(NotifiedAlert alert, string cause)
    {
        if (cause == NotificationCauses.Test)
            return [];
        var isFiring = alert.ResolvedAt is null;
        (string Text, Uri? Url)[] candidates =
        [
            ("Open", links.ToAlert(alert.Id)),
            ("Acknowledge", isFiring && alert.AcknowledgedBy is null ? links.To(AlertLinks.AcknowledgeAction, alert.Id) : null),
            ("Silence", isFiring ? links.To(AlertLinks.SilenceAction, alert.Id) : null),
        ];
        return [.. from link in candidates where link.Url is not null select new MessageLink(link.Text, link.Url)];
    }

    /// <summary>Returns a filled template; null if it is empty, also because its placeholders have no values.</summary>
    private static string? Fill(string template, Func<string, string> value) =>
        template.Length > 0 && MessageTemplate.Fill(template, value) is { } filled && !string.IsNullOrWhiteSpace(filled) ? filled : null;

    private string ValueOf(string name, string cause, List<NotifiedAlert> ordered, int firing) => name switch
    {
        "title" => ordered[0].Title,
        "message" => ordered[0].Message ?? "",
        "status" => StatusOf(cause, ordered[0]),
        "severity" => ordered[0].Severity,
        "pipeline" => PipelinesOf(ordered),
        "kind" => ordered[0].Kind,
        "segment" => ordered[0].Series.Segment,
        "count" => (firing > 0 ? firing : ordered.Count).ToString(CultureInfo.InvariantCulture),
        "url" => links.ToAlert(ordered[0].Id)?.AbsoluteUri ?? "",
        _ => throw new ArgumentException($"There is no placeholder '{name}'.", nameof(name)),
    };

    private static string StatusOf(string cause, NotifiedAlert first) => cause switch
    {
        NotificationCauses.Firing => first.Severity == Critical ? "Critical" : "Warning",
        NotificationCauses.Changed => "Changed",
        NotificationCauses.Repeated => "Still firing",
        NotificationCauses.Acknowledged => "Acknowledged",
        NotificationCauses.Resolved => "Resolved",
        NotificationCauses.Escalated => "Not acknowledged",
        _ => "Test",
    };

    private static string SubjectOf(List<NotifiedAlert> ordered, int firing) => ordered.Count == 1
        ? ordered[0].Title
        : $"{(firing is 0 || firing == ordered.Count ? $"{ordered.Count} alerts" : $"{firing} of {ordered.Count} alerts")} in "
            + PipelinesOf(ordered);

    private static string? SummaryOf(List<NotifiedAlert> ordered, int firing)
    {
        if (ordered.Count == 1)
            return null;
        var critical = ordered.Count(static alert => alert.ResolvedAt is null && alert.Severity == Critical);
        return firing == 0 ? $"All {ordered.Count} alerts are resolved."
            : $"{firing} of {ordered.Count} alerts {(firing == 1 ? "is" : "are")} firing, {critical} of them critical.";
    }

    private static string PipelinesOf(List<NotifiedAlert> ordered) =>
        string.Join(", ", ordered.Select(static alert => alert.Series.Pipeline).Distinct());

    private ListedAlert List(NotifiedAlert alert, string cause) => new(
        alert,
        VisibleText.EscapeLine(alert.ResolvedAt is null ? alert.Title : $"Resolved: {alert.Title}"),
        VisibleText.EscapeLine(string.Join(" · ", FactsOf(alert))),
        alert.Message is null ? null : VisibleText.EscapeLines(alert.Message),
        LinksOf(alert, cause));

    private static IEnumerable<string> FactsOf(NotifiedAlert alert)
    {
        yield return alert.Severity;
        yield return alert.Series.Pipeline;
        if (alert.Series.Segment != SeriesKey.All)
            yield return alert.Series.Segment;
        yield return $"since {Format(alert.RaisedAt)}";
        if (alert.ResolvedAt is { } resolved)
            yield return $"resolved {Format(resolved)}";
        else if (alert.AcknowledgedBy is { } person)
            yield return $"acknowledged by {person}";
    }

    private static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
