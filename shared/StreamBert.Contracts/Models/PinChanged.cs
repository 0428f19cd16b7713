namespace StreamBert.Contracts;

/// <summary>
/// Reports that a version was pinned or its pin removed. While a pinned version serves, training does not replace it; a person may.
/// </summary>
public sealed record PinChanged
{
    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The version, which served at that time.</summary>
    public required string Version { get; init; }

    /// <summary>Whether the version is pinned from this event on.</summary>
    public required bool Pinned { get; init; }

    /// <summary>When it changed.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>The person or program that requested it.</summary>
    public required string By { get; init; }

    /// <summary>The reason, if one was given.</summary>
    public string? Reason { get; init; }

    /// <summary>The position of the request; null if a command wrote the event itself.</summary>
    public RecordPosition? Request { get; init; }
}
