using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State.Connection;

namespace StreamBert.Streaming.State.Queries;

/// <summary>Which recent predictions to read, newest first. Null means: any.</summary>
/// <param name="Head">With <paramref name="Label"/>: the head whose label must match; null: any head's.</param>
/// <param name="Limit">The most to return.</param>
public sealed record PredictionQuery(string? Pipeline = null, string? Head = null, string? Label = null, int Limit = 50)
{
    /// <summary>Of the page before; null: the first page.</summary>
    public StateCursor? After { get; init; }

    internal bool Matches(TextClassified prediction) =>
        (Head is null || prediction.Heads.ContainsKey(Head))
        && (Label is null || prediction.Heads.Any(head => (Head is null || head.Key == Head) && head.Value.Label == Label));
}

/// <summary>
/// Which series and which span of event time to read. Null means: any; of each series, the latest <paramref name="Limit"/> windows.
/// </summary>
public sealed record TrendQuery(
    string? Pipeline = null,
    string? Head = null,
    string? Segment = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    int Limit = 240)
{
    /// <summary>Of the page before; null: the first page.</summary>
    public StateCursor? After { get; init; }

    /// <summary>Only of the texts that mention this entity: <c>name</c> or <c>TYPE:name</c>.</summary>
    public string? Entity { get; init; }

    internal bool Matches(SeriesKey series) =>
        (Pipeline is null || series.Pipeline == Pipeline)
        && (Head is null || series.Head == Head)
        && (Segment is null || series.Segment == Segment)
        && (Entity is null || series.IsAbout(Entity));
}

/// <summary>One series with its windows, oldest first.</summary>
public sealed record TrendSeries(SeriesKey Series, IReadOnlyList<TrendUpdated> Windows);

/// <summary>An alert with its end, if it has come.</summary>
public sealed record AlertView(AlertRaised Raised, AlertResolved? Resolved)
{
    public bool IsOpen => Resolved is null;
}

/// <summary>The values of <see cref="ModelVersionView.State"/>.</summary>
public static class ModelStates
{
    /// <summary>Workers answer with it.</summary>
    public const string Serving = "serving";

    /// <summary>It served before.</summary>
    public const string Retired = "retired";

    /// <summary>It passed its gates but serves not yet.</summary>
    public const string Accepted = "accepted";

    /// <summary>A gate stopped it.</summary>
    public const string Rejected = "rejected";

    /// <summary>It is to serve, and workers refuse it: its package is damaged, for one.</summary>
    public const string Refused = "refused";
}

/// <summary>All that is known of one version of a model.</summary>
public sealed record ModelVersionView
{
    public required string Model { get; init; }
    public required string Version { get; init; }

    /// <summary>One of <see cref="ModelStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Predictions this version has made, as far as the log reaches.</summary>
    public required long Predictions { get; init; }

    /// <summary>Its latest reports: from its own training or promotion, else as the champion of a later training.</summary>
    public IReadOnlyList<ClassificationReport> Reports { get; init => field = value ?? []; } = [];
    public ModelTrained? Trained { get; init; }
    public ModelPromoted? Promoted { get; init; }

    /// <summary>Set if this version was rolled back from.</summary>
    public ModelRolledBack? RolledBack { get; init; }

    /// <summary>Set while workers refuse this version: why, and which one serves in its place.</summary>
    public ModelRefused? Refused { get; init; }
}

/// <summary>A dead letter without the text it holds.</summary>
/// <param name="Position">Where the letter itself stands, in <see cref="Topics.DeadLetter"/>.</param>
/// <param name="Bytes">Size of the original value.</param>
public sealed record DeadLetterSummary(
    RecordPosition Position,
    RecordPosition Origin,
    string? Pipeline,
    string Reason,
    string Detail,
    DateTimeOffset FailedAt,
    int Bytes)
{
    public static DeadLetterSummary Of(RecordPosition position, DeadLettered letter) => new(
        new(position.Topic, position.Partition, position.Offset), letter.Origin, letter.Pipeline, letter.Reason,
        letter.Detail, letter.FailedAt, letter.Value?.Length ?? 0);
}
