namespace StreamBert.Contracts;

/// <summary>
/// Reports the event time of a pipeline: its watermark, late texts, clock skew and texts in foreign languages. Counts begin
/// with the monitor's first checkpoint.
/// </summary>
public sealed record EventTimeUpdated
{
    /// <summary>The name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The watermark: windows that end up to it are closed; null before the first text.</summary>
    public DateTimeOffset? Watermark { get; init; }

    /// <summary>The counted texts, including late ones.</summary>
    public required long Texts { get; init; }

    /// <summary>The late texts that were counted in a new revision of their window.</summary>
    public required long Late { get; init; }

    /// <summary>The late texts whose window could not be revised any more: no trend includes them.</summary>
    public required long TooLate { get; init; }

    /// <summary>The value of the setting <c>Monitor:AllowedLateness</c>.</summary>
    public required TimeSpan AllowedLateness { get; init; }

    /// <summary>
    /// The least of the usual values of <c>Monitor:AllowedLateness</c> with which 99 % of the late texts would have been in time; null
    /// without late texts.
    /// </summary>
    public TimeSpan? SufficientLateness { get; init; }

    /// <summary>
    /// Whether each text counts in the evidence, although stories are grouped (<see cref="MonitorRules.GroupStories"/>), because most texts
    /// repeat one that is at least an hour old, as log lines do.
    /// </summary>
    public bool CountsTexts { get; init; }

    /// <summary>
    /// The occurrences of groups, segments, entities and labels that the monitor does not track individually, because its limits
    /// (<c>Monitoring:Windows:Max…</c>) are reached; the totals include them.
    /// </summary>
    public long Untracked { get; init; }

    /// <summary>The texts by source whose event time was later than their receipt and was set to it.</summary>
    public IReadOnlyDictionary<string, long> ClockSkew { get; init => field = value ?? new Dictionary<string, long>(); } =
        new Dictionary<string, long>();

    /// <summary>The texts by language of which the model was not trained on that language.</summary>
    public IReadOnlyDictionary<string, long> ForeignLanguages { get; init => field = value ?? new Dictionary<string, long>(); } =
        new Dictionary<string, long>();
}
