using StreamBert.Contracts;

namespace StreamBert.Tests.Alerting.Receivers;

/// <summary>Creates notifications about alerts of <c>financial-news</c>.</summary>
internal static class SampleNotification
{
    public static DateTimeOffset Start { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static NotificationRequested Create(string cause, params IReadOnlyList<NotifiedAlert> alerts) => new()
    {
        Id = "n-1",
        Receiver = "ops",
        Group = "default/financial-news",
        GroupLabels = new Dictionary<string, string> { ["pipeline"] = "financial-news" },
        Incident = "i-1",
        Cause = cause,
        Alerts = alerts,
        RequestedAt = Start.AddMinutes(1),
    };

    public static NotifiedAlert Alert(string id = "a-1", string severity = "critical", DateTimeOffset? resolvedAt = null) => new()
    {
        Id = id,
        Fingerprint = $"label-surge/{id}",
        Kind = AlertKinds.LabelSurge,
        Series = new("financial-news", "sentiment", "topic=Energy | Oil"),
        Label = "negative",
        Severity = severity,
        Title = $"negative surge <{id}>",
        Message = "57 % of the texts are negative & more.",
        RaisedAt = Start,
        ResolvedAt = resolvedAt,
    };
}
