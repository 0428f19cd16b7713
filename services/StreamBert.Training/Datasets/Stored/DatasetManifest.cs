using StreamBert.Contracts;

namespace StreamBert.Training.Datasets.Stored;

/// <summary>Describes a stored data set: <c>manifest.json</c> beside its rows.</summary>
public sealed record DatasetManifest
{
    /// <summary>The SHA-256 of the rows with readable texts: equal data have equal hashes.</summary>
    public required string Hash { get; init; }

    public required string Model { get; init; }

    /// <summary>The version that the first candidate was trained from on it.</summary>
    public required string Parent { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public required int Training { get; init; }

    public required int Evaluation { get; init; }

    /// <summary>When the first and the last label were given.</summary>
    public DateTimeOffset? From { get; init; }

    /// <inheritdoc cref="From"/>
    public DateTimeOffset? To { get; init; }

    /// <summary>The number of rows by head and label.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Labels { get; init; }

    /// <summary>The number of rows of each annotator; a row of several counts for each.</summary>
    public required IReadOnlyDictionary<string, int> Annotators { get; init; }

    /// <summary>The number of feedback records that were left out, by reason.</summary>
    public required IReadOnlyDictionary<string, int> Excluded { get; init; }

    /// <summary>The agreement of the annotators on each head.</summary>
    public required IReadOnlyList<AgreementReport> Agreement { get; init; }

    /// <summary>The versions that were trained on it; not part of the file.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<string> Versions { get; init; } = [];
}
