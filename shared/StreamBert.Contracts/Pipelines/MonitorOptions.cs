namespace StreamBert.Contracts;

/// <summary>Configures the monitoring of a pipeline. Times are event time.</summary>
public sealed record MonitorOptions
{
    /// <summary>The length of a window. Default: 1 minute.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How late a text may come and still be counted in its open window. Default: 10 s.</summary>
    public TimeSpan AllowedLateness { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The head in which <see cref="NegativeLabel"/> is monitored for surges. Default: <c>sentiment</c>.</summary>
    public string SentimentHead { get; init; } = "sentiment";

    /// <summary>The label that is monitored for surges. Default: <c>negative</c>.</summary>
    public string NegativeLabel { get; init; } = "negative";

    /// <summary>
    /// The head whose labels divide the pipeline into segments (<c>topic</c>, <c>intent</c>). Default: null, no segments by label.
    /// </summary>
    public string? SegmentHead { get; init; }

    /// <summary>
    /// The entity head whose most frequent entities each form a segment (<c>entity=ORG:apple</c>) of the texts that mention them. It needs
    /// <see cref="PrivacyOptions.KeepText"/>. Default: null, no segments by entity.
    /// </summary>
    public string? EntityHead { get; init; }

    /// <summary>The heads whose labels and confidences are monitored for drift. Default: all heads.</summary>
    public IReadOnlyList<string> DriftHeads { get; init; } = [];

    /// <summary>The fairness rules. Default: none.</summary>
    public IReadOnlyList<FairnessRule> Fairness { get; init; } = [];
}
