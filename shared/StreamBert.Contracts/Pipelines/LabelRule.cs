using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;

namespace StreamBert.Contracts;

/// <summary>Watches the share or the count of a label of a head, in the whole pipeline and in its segments.</summary>
public sealed record LabelRule
{
    /// <summary>The head. Default: <c>sentiment</c>.</summary>
    public string Head { get; set; } = "sentiment";

    /// <summary>The label. Default: <c>negative</c>.</summary>
    public string Label { get; set; } = "negative";

    /// <summary>Whether the share of the label or its count is watched. Default: <c>share</c>.</summary>
    public LabelMeasure Measure { get; set; } = LabelMeasure.Share;

    /// <summary>Which changes raise an alert. Default: <c>above</c>.</summary>
    public ChangeDirection Direction { get; set; } = ChangeDirection.Above;

    /// <summary>
    /// A fixed limit of the share (0 to 1) or of the count in a window, instead of the baseline. Default: null, the series' own baseline.
    /// </summary>
    [Range(0.0, 1e12)]
    public double? Threshold { get; set; }

    /// <summary>The dimensions whose segments are watched. Default: all dimensions of the pipeline.</summary>
    public IReadOnlyList<string> Segments { get; set; } = [];

    /// <summary>
    /// The length of a hopping window, a multiple of the pipeline's window, by which it hops, and at most one day; counts are stated and
    /// limited in it. Default: null, the pipeline's window.
    /// </summary>
    public TimeSpan? Window { get; set; }

    /// <summary>
    /// The minimum number of stories (near-duplicates and the texts of one subject count once) with the label in the judged time; of all
    /// stories, for <c>below</c>. A fixed limit of a count needs none. Default: 5.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MinimumCount { get; set; } = 5;

    /// <summary>The minimum difference from the expected share, 0 to 1. Default: 0.05.</summary>
    [Range(0.0, 1.0)]
    public double MinimumLift { get; set; } = 0.05;

    /// <summary>The minimum ratio to the expected share or count. Default: 1.5.</summary>
    [Range(1.0, 1000.0)]
    public double MinimumRatio { get; set; } = 1.5;

    /// <summary>The weight of the rule when the budget of false alarms is divided. Default: 1.</summary>
    [Range(0.01, 1000.0)]
    public double Weight { get; set; } = 1;

    /// <summary>
    /// Returns the identity of the rule in its pipeline and in its alerts: what it watches, without the minimum effects and the weight.
    /// </summary>
    public string Id()
    {
        var id = $"{Head}={Label}";
        if (Measure == LabelMeasure.Count)
            id += " count";
        if (Direction != ChangeDirection.Above)
            id += Direction == ChangeDirection.Below ? " below" : " both";
        if (Threshold is { } limit)
            id += string.Create(CultureInfo.InvariantCulture, $" limit {limit}");
        if (Window is { } window)
            id += string.Create(CultureInfo.InvariantCulture, $" over {window}");
        return Segments.Count > 0 ? $"{id} in {string.Join(',', Segments.Distinct().Order(StringComparer.Ordinal))}" : id;
    }
}

/// <summary>Selects the changes that raise an alert.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeDirection>))]
public enum ChangeDirection
{
    /// <summary>Rises.</summary>
    [JsonStringEnumMemberName("above")]
    Above,

    /// <summary>Falls.</summary>
    [JsonStringEnumMemberName("below")]
    Below,

    /// <summary>Rises and falls.</summary>
    [JsonStringEnumMemberName("both")]
    Both,
}
