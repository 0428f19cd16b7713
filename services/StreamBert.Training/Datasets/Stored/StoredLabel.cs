using System.Text.Json.Serialization;

namespace StreamBert.Training.Datasets.Stored;

/// <summary>A label of a stored data set, with its text.</summary>
public sealed record StoredLabel
{
    /// <summary>The part of rows that the candidate is trained on.</summary>
    public const string TrainingPart = "training";

    /// <summary>The part of rows that candidate and champion are compared on.</summary>
    public const string EvaluationPart = "evaluation";

    /// <summary>The text, redacted as the log stores it; null if it is sealed or its subject was erased.</summary>
    public string? Text { get; init; }

    /// <summary>The text, encrypted with the key of its subject, where the pipeline stores it so: an erasure makes it unreadable.</summary>
    public byte[]? Sealed { get; init; }

    public required string Head { get; init; }

    public required string Label { get; init; }

    /// <summary>Who gave the label.</summary>
    public required IReadOnlyList<string> Annotators { get; init; }

    public required string Pipeline { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The number of the group of near-duplicates, all of which are in one part.</summary>
    public required int Group { get; init; }

    /// <summary><see cref="TrainingPart"/> or <see cref="EvaluationPart"/>.</summary>
    public required string Part { get; init; }

    /// <summary>Whether nobody can read the text any more, because its subject was erased; not part of the file.</summary>
    [JsonIgnore]
    public bool IsErased => Text is null && Sealed is null;
}
