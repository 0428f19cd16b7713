namespace StreamBert.Alerting.Receivers.Messages;

/// <summary>What a message says to people, whatever the format of its receiver.</summary>
internal sealed record ReceiverMessage
{
    /// <summary>The title, on one line.</summary>
    public required string Title { get; init; }

    /// <summary>The text below the title; null if the alerts say all.</summary>
    public required string? Text { get; init; }

    /// <summary>How the message is highlighted.</summary>
    public required MessageTone Tone { get; init; }

    /// <summary>The color of the tone.</summary>
    public string Color => Tone switch
    {
        MessageTone.Critical => "#c62828",
        MessageTone.Warning => "#f9a825",
        MessageTone.Good => "#2e7d32",
        _ => "#546e7a",
    };

    /// <summary>The first alerts, those that fire and are critical before others.</summary>
    public required IReadOnlyList<ListedAlert> Alerts { get; init; }

    /// <summary>How many more alerts there are.</summary>
    public required int Omitted { get; init; }

    /// <summary>Says how many more alerts there are; null if there are none.</summary>
    public string? OmittedText => Omitted == 0 ? null : Omitted == 1 ? "and 1 more alert" : $"and {Omitted} more alerts";
}

/// <summary>How a message is highlighted.</summary>
internal enum MessageTone
{
    /// <summary>A critical alert fires.</summary>
    Critical,

    /// <summary>An alert fires, and none is critical.</summary>
    Warning,

    /// <summary>All alerts are resolved.</summary>
    Good,

    /// <summary>The message asks for nothing.</summary>
    Neutral,
}
