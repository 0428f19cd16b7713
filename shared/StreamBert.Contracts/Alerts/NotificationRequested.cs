namespace StreamBert.Contracts;

/// <summary>
/// Asks for one message to one receiver about a group of alerts. It is stored on <see cref="Topics.Notifications"/> before it is sent, so
/// that a crash loses none; the receiver gets the same <see cref="Id"/> if it is sent again.
/// </summary>
public sealed record NotificationRequested
{
    /// <summary>The unique id of the message.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the receiver.</summary>
    public required string Receiver { get; init; }

    /// <summary>The key of the group: the route and the values of the labels by which it groups.</summary>
    public required string Group { get; init; }

    /// <summary>The labels by which the route groups, with their values.</summary>
    public IReadOnlyDictionary<string, string> GroupLabels { get; init => field = value ?? new Dictionary<string, string>(); } =
        new Dictionary<string, string>();

    /// <summary>
    /// The deduplication key: the same from the first message about firing alerts of the group to the one about their resolution.
    /// </summary>
    public required string Incident { get; init; }

    /// <summary>One of <see cref="NotificationCauses"/>.</summary>
    public required string Cause { get; init; }

    /// <summary>All alerts of the group, in the order in which they started firing.</summary>
    public required IReadOnlyList<NotifiedAlert> Alerts { get; init; }

    /// <summary>When it was requested.</summary>
    public required DateTimeOffset RequestedAt { get; init; }
}
