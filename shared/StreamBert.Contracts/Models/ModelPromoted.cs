namespace StreamBert.Contracts;

/// <summary>Reports that workers serve this version from this event on.</summary>
public sealed record ModelPromoted
{
    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The version.</summary>
    public required string Version { get; init; }

    /// <summary>The version that served before; null for the first.</summary>
    public string? Previous { get; init; }

    /// <summary>The directory of the package below the models directory, which all services share.</summary>
    public required string Directory { get; init; }

    /// <summary>The SHA-256 of <c>model.safetensors</c>, hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>
    /// The SHA-256 of everything that affects an answer: weights, configuration, tokenizer files, heads with their labels and temperatures.
    /// Null in events of earlier versions.
    /// </summary>
    public string? Fingerprint { get; init; }

    /// <summary>
    /// The SHA-256 of the package's <c>SHA256SUMS</c>, and so of every file; null in events of earlier versions and for packages without
    /// that list.
    /// </summary>
    public string? Checksums { get; init; }

    /// <summary>When the version was promoted.</summary>
    public required DateTimeOffset PromotedAt { get; init; }

    /// <summary>The person or program that promoted it.</summary>
    public required string By { get; init; }

    /// <summary>The evaluations of the version.</summary>
    public IReadOnlyList<ClassificationReport> Reports { get; init => field = value ?? []; } = [];

    /// <inheritdoc cref="ModelTrained.Labels"/>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Labels { get; init; }

    /// <summary>The position of the request; null if training or a command promoted the version.</summary>
    public RecordPosition? Request { get; init; }
}
