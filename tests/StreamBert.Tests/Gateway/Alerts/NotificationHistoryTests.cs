using StreamBert.Contracts;
using StreamBert.Gateway.Alerts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Gateway.Alerts;

public sealed class NotificationHistoryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly NotificationHistory _history = new();
    private long _offset;

    [Fact]
    public void The_last_report_of_a_message_is_its_state()
    {
        Add("m-1", Request("m-1"));
        Assert.Equal(NotificationView.Pending, Assert.Single(All()).State);

        Add("m-1", Report("m-1", NotificationStates.Retrying, "500"));
        Add("m-1", Report("m-1", NotificationStates.Delivered, null));

        Assert.Equal((NotificationStates.Delivered, null), (Assert.Single(All()).State, All()[0].Error));
    }

    [Fact]
    public void Messages_are_listed_from_the_latest_and_the_oldest_are_forgotten()
    {
        for (var number = 0; number <= NotificationHistory.Capacity; number++)
            Add($"m-{number}", Request($"m-{number}"));
        Add("m-0", Report("m-0", NotificationStates.Delivered, null));

        Assert.Equal(NotificationHistory.Capacity, All().Count);
        Assert.Equal($"m-{NotificationHistory.Capacity}", All()[0].Id);
        Assert.Equal("m-1", All()[^1].Id);
    }

    [Fact]
    public void Messages_about_very_many_alerts_are_forgotten_earlier()
    {
        for (var number = 0; number < 12; number++)
            Add($"m-{number}", Request($"m-{number}", NotificationHistory.AlertCapacity / 10));

        Assert.Equal(10, All().Count);
        Assert.Equal("m-11", All()[0].Id);
    }

    private IReadOnlyList<NotificationView> All() => _history.List(static _ => true, int.MaxValue);

    private void Add<T>(string key, T value)
    {
        var record = EventRecord.Create(Topics.Notifications, key, value, Noon);
        _history.Apply(new(new(Topics.Notifications, 0, _offset++), record.Key, record.Value, record.Headers, Noon));
    }

    private static NotificationRequested Request(string id, int alerts = 1) => new()
    {
        Id = id,
        Receiver = "mail",
        Group = "all",
        Incident = "i-1",
        Cause = NotificationCauses.Firing,
        Alerts = [.. Enumerable.Range(0, alerts).Select(static number => new NotifiedAlert
        {
            Id = $"a-{number}",
            Fingerprint = $"a-{number}",
            Kind = AlertKinds.LabelSurge,
            Series = new("news", "sentiment", SeriesKey.All),
            Severity = "warning",
            Title = "negative surge",
            RaisedAt = Noon,
        })],
        RequestedAt = Noon,
    };

    private static NotificationReported Report(string id, string state, string? error) =>
        new() { Id = id, Receiver = "mail", State = state, Attempts = 1, Error = error, ReportedAt = Noon };
}
