namespace StreamBert.Model.Training.FineTuning;

/// <summary>Heads to train on labelled texts.</summary>
/// <param name="BaseDirectory">The directory of the base package, whose encoder the heads use.</param>
/// <param name="OutputDirectory">The directory of the new package; it must not exist, or be empty.</param>
/// <param name="Heads">
/// The heads and their texts. If the base package has a head of a name with the same labels, its training continues.
/// </param>
public sealed record TextTrainingTask(string BaseDirectory, string OutputDirectory, IReadOnlyList<HeadTexts> Heads)
{
    /// <summary>The share of the training texts that becomes the validation part of a head without validation texts; default 0.1.</summary>
    public double ValidationShare { get; init; } = 0.1;

    /// <summary>
    /// The number of texts that were kept out of the training texts because the model reads them identically to a validation or test text.
    /// </summary>
    public int ExcludedTwins { get; init; }

    /// <summary>
    /// The number of texts that were kept out of the training texts as near-duplicates of a validation or test text.
    /// </summary>
    public int ExcludedNearDuplicates { get; init; }

    /// <summary>Whether the package gets an anchor, a sample of its training and validation texts; default true.</summary>
    public bool HasAnchor { get; init; } = true;

    /// <summary>The languages of the texts as BCP 47 tags; empty to detect them.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>The version of the new package; null: the name of its directory.</summary>
    public string? Version { get; init; }

    /// <summary>Whether an interrupted run is continued; default false.</summary>
    public bool Resume { get; init; }

    /// <summary>The time between two checkpoints within an epoch; default a minute.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(1);
}
