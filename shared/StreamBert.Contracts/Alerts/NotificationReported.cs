namespace StreamBert.Contracts;

/// <summary>Reports what became of a <see cref="NotificationRequested"/>. The last report of an id is current.</summary>
public sealed record NotificationReported
{
    /// <summary>The <see cref="NotificationRequested.Id"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the receiver.</summary>
    public required string Receiver { get; init; }

    /// <summary>One of <see cref="NotificationStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>How often it was sent.</summary>
    public required int Attempts { get; init; }

    /// <summary>Why the receiver did not accept it; null if it did.</summary>
    public string? Error { get; init; }

    /// <summary>The ids of the alerts in the message.</summary>
    public IReadOnlyList<string> Alerts { get; init => field = value ?? []; } = [];

    /// <summary>When this was reported.</summary>
    public required DateTimeOffset ReportedAt { get; init; }
}
