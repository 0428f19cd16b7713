namespace StreamBert.Contracts;

/// <summary>Reports that workers serve an earlier version again from this event on.</summary>
public sealed record ModelRolledBack
{
    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The version that served until then.</summary>
    public required string From { get; init; }

    /// <summary>The version that serves again.</summary>
    public required string To { get; init; }

    /// <summary>The directory of its package below the models directory.</summary>
    public required string Directory { get; init; }

    /// <summary>When the model was rolled back.</summary>
    public required DateTimeOffset RolledBackAt { get; init; }

    /// <summary>The person or program that requested it.</summary>
    public required string By { get; init; }

    /// <summary>The reason.</summary>
    public required string Reason { get; init; }

    /// <summary>The position of the request; null if a command wrote the event itself.</summary>
    public RecordPosition? Request { get; init; }
}
