namespace StreamBert.Contracts;

/// <summary>What a candidate answers differently from its parent on the newest texts: at most a thousand of the last day.</summary>
public sealed record AnswerChanges
{
    /// <summary>The number of texts that both versions answered.</summary>
    public required int Texts { get; init; }

    /// <summary>The number of texts to which the candidate gives another label on any head that the pipeline uses.</summary>
    public required int Changed { get; init; }

    /// <summary>When the oldest of the texts was classified.</summary>
    public required DateTimeOffset OldestAt { get; init; }

    /// <summary>When the newest of the texts was classified.</summary>
    public required DateTimeOffset NewestAt { get; init; }

    /// <summary>The changes by head.</summary>
    public IReadOnlyList<HeadChanges> Heads { get; init => field = value ?? []; } = [];

    /// <summary>The changes by pipeline, source and attribute: the twenty largest slices of ten texts or more.</summary>
    public IReadOnlyList<ChangedSlice> Slices { get; init => field = value ?? []; } = [];

    /// <summary>At most ten changed texts, those with the most confident new labels.</summary>
    public IReadOnlyList<ChangedAnswer> Examples { get; init => field = value ?? []; } = [];
}

/// <summary>Holds the changed answers of one head.</summary>
public sealed record HeadChanges
{
    /// <summary>The head.</summary>
    public required string Head { get; init; }

    /// <summary>The number of texts whose pipeline uses the head.</summary>
    public required int Texts { get; init; }

    /// <summary>The number of them with another label.</summary>
    public required int Changed { get; init; }

    /// <summary>The number of texts by the label of the parent.</summary>
    public required IReadOnlyDictionary<string, long> Before { get; init; }

    /// <summary>The number of texts by the label of the candidate.</summary>
    public required IReadOnlyDictionary<string, long> After { get; init; }

    /// <summary>The changed labels, the most frequent change first.</summary>
    public IReadOnlyList<LabelChange> Changes { get; init => field = value ?? []; } = [];
}

/// <summary>Counts the texts whose label changes from one to another.</summary>
/// <param name="From">The label of the parent.</param>
/// <param name="To">The label of the candidate.</param>
/// <param name="Count">The number of texts.</param>
public sealed record LabelChange(string From, string To, long Count);

/// <summary>Counts the changed texts of a slice.</summary>
/// <param name="Slice">The slice, such as <c>pipeline=support-chat</c> or <c>source=app</c>.</param>
/// <param name="Texts">The number of its texts.</param>
/// <param name="Changed">The number of its texts with another label on any head.</param>
public sealed record ChangedSlice(string Slice, long Texts, long Changed);

/// <summary>Holds a text to which a candidate gives another label than its parent.</summary>
/// <param name="Id">The id of the text.</param>
/// <param name="Pipeline">The name of the pipeline.</param>
/// <param name="Head">The head.</param>
/// <param name="From">The label of the parent.</param>
/// <param name="To">The label of the candidate.</param>
/// <param name="Confidence">The confidence of the candidate in its label, 0 to 1.</param>
/// <param name="Text">The text as its prediction has it, redacted like it; null if the prediction has it sealed.</param>
public sealed record ChangedAnswer(string Id, string Pipeline, string Head, string From, string To, double Confidence, string? Text)
{
    /// <summary>The text as its prediction has it sealed; the code that displays it decrypts it.</summary>
    public byte[]? Sealed { get; init; }

    /// <summary>Whether the text's subject has been erased; set for display, never stored.</summary>
    public bool? Erased { get; init; }
}
