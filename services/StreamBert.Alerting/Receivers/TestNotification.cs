using StreamBert.Contracts;

namespace StreamBert.Alerting.Receivers;

/// <summary>Creates the message by which a person tests a receiver.</summary>
internal static class TestNotification
{
    private const string Test = "test";

    /// <summary>Creates a message with one made-up alert.</summary>
    public static NotificationRequested Create(string receiver, DateTimeOffset now)
    {
        var id = $"test-{Guid.NewGuid():N}";
        return new()
        {
            Id = id,
            Receiver = receiver,
            Group = Test,
            Incident = id,
            Cause = NotificationCauses.Test,
            RequestedAt = now,
            Alerts =
            [
                new()
                {
                    Id = id,
                    Fingerprint = id,
                    Kind = Test,
                    Series = new(Test, SeriesKey.AllHeads, SeriesKey.All),
                    Severity = "warning",
                    Title = $"The receiver {receiver} works",
                    Message = "Somebody tests this receiver of StreamBert's alerts. No alert fires.",
                    RaisedAt = now,
                },
            ],
        };
    }
}
