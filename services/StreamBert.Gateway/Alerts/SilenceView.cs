using StreamBert.Streaming.Alerts;

namespace StreamBert.Gateway.Alerts;

/// <summary>A silence, its end, and whether it mutes now.</summary>
public sealed record SilenceView
{
    /// <summary>The <see cref="State"/> of a silence that has not begun.</summary>
    public const string Pending = "pending";

    /// <summary>The <see cref="State"/> of a silence that mutes.</summary>
    public const string Active = "active";

    /// <summary>The <see cref="State"/> of a silence that has ended.</summary>
    public const string Expired = "expired";

    /// <summary>The values of <see cref="State"/>.</summary>
    public static IReadOnlyList<string> States { get; } = [Active, Pending, Expired];

    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>One of <see cref="States"/>.</summary>
    public required string State { get; init; }

    /// <summary>The matchers, all of which an alert must match.</summary>
    public required IReadOnlyList<string> Matchers { get; init; }

    /// <summary>When it begins.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>When it ends, or was ended.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>Who created it.</summary>
    public required string Actor { get; init; }

    /// <summary>The reason.</summary>
    public string? Comment { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who ended it before its end; null if nobody did.</summary>
    public string? ExpiredBy { get; init; }

    internal static SilenceView Of(Silence silence, DateTimeOffset now) => new()
    {
        Id = silence.Created.Id,
        State = silence.IsActive(now) ? Active : now < silence.EndsAt ? Pending : Expired,
        Matchers = silence.Created.Matchers,
        StartsAt = silence.Created.StartsAt,
        EndsAt = silence.EndsAt,
        Actor = silence.Created.Actor,
        Comment = silence.Created.Comment,
        CreatedAt = silence.Created.CreatedAt,
        ExpiredBy = silence.Expired?.Actor,
    };
}
