using StreamBert.Contracts;

namespace StreamBert.Gateway.Alerts;

/// <summary>A message to a receiver and what became of it.</summary>
public sealed record NotificationView
{
    /// <summary>The <see cref="State"/> of a message that was not sent yet.</summary>
    public const string Pending = "pending";

    /// <summary>The values of <see cref="State"/>.</summary>
    public static IReadOnlyList<string> States { get; } =
        [Pending, NotificationStates.Delivered, NotificationStates.Retrying, NotificationStates.Undeliverable];

    /// <inheritdoc cref="NotificationRequested.Id"/>
    public required string Id { get; init; }

    /// <inheritdoc cref="NotificationRequested.Receiver"/>
    public required string Receiver { get; init; }

    /// <summary>One of <see cref="NotificationCauses"/>.</summary>
    public required string Cause { get; init; }

    /// <summary>The title of the first alert, and how many others there are.</summary>
    public required string Title { get; init; }

    /// <summary>The ids of the alerts.</summary>
    public required IReadOnlyList<string> Alerts { get; init; }

    /// <inheritdoc cref="NotificationRequested.RequestedAt"/>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary><see cref="Pending"/>, or the last of <see cref="NotificationStates"/> that was reported.</summary>
    public string State { get; init; } = Pending;

    /// <inheritdoc cref="NotificationReported.Attempts"/>
    public int Attempts { get; init; }

    /// <inheritdoc cref="NotificationReported.Error"/>
    public string? Error { get; init; }

    /// <summary>When the state was reported; null before.</summary>
    public DateTimeOffset? ReportedAt { get; init; }

    internal static NotificationView Of(NotificationRequested message) => new()
    {
        Id = message.Id,
        Receiver = message.Receiver,
        Cause = message.Cause,
        Title = message.Alerts switch
        {
            [] => message.Group,
            [var only] => only.Title,
            [var first, ..] => $"{first.Title} (and {message.Alerts.Count - 1:N0} more)",
        },
        Alerts = [.. message.Alerts.Select(static alert => alert.Id)],
        RequestedAt = message.RequestedAt,
    };

    internal NotificationView With(NotificationReported report) => this with
    {
        State = report.State,
        Attempts = report.Attempts,
        Error = report.Error,
        ReportedAt = report.ReportedAt,
    };
}
