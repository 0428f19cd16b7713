namespace StreamBert.Contracts;

/// <summary>
/// Names the labels of an alert, by which it is routed, grouped, silenced and inhibited: <c>pipeline</c>, <c>kind</c>, <c>severity</c>,
/// <c>head</c>, <c>segment</c>, <c>label</c>, <c>fingerprint</c>, and the dimension of its segment, such as <c>topic</c>.
/// </summary>
public static class AlertLabels
{
    /// <summary>The label of the pipeline.</summary>
    public const string Pipeline = "pipeline";

    /// <summary>The label of the kind, one of <see cref="AlertKinds"/>.</summary>
    public const string Kind = "kind";

    /// <summary>The label of the severity.</summary>
    public const string Severity = "severity";

    /// <summary>The label of the head.</summary>
    public const string Head = "head";

    /// <summary>The label of the segment, <c>all</c> for all texts.</summary>
    public const string Segment = "segment";

    /// <summary>The label of the class whose share or count the alert is about.</summary>
    public const string Label = "label";

    /// <summary>The label of the rule and series.</summary>
    public const string Fingerprint = "fingerprint";

    /// <summary>Returns the labels of an alert. A label without a value is absent.</summary>
    public static IReadOnlyDictionary<string, string> Of(AlertRaised alert) =>
        Of(alert.Series, alert.Kind, alert.Severity, alert.Fingerprint, alert.Label);

    /// <inheritdoc cref="Of(AlertRaised)"/>
    public static IReadOnlyDictionary<string, string> Of(NotifiedAlert alert) =>
        Of(alert.Series, alert.Kind, alert.Severity, alert.Fingerprint, alert.Label);

    private static Dictionary<string, string> Of(SeriesKey series, string kind, string severity, string fingerprint, string? label)
    {
        var labels = new Dictionary<string, string>
        {
            [Pipeline] = series.Pipeline,
            [Kind] = kind,
            [Severity] = severity,
            [Head] = series.Head,
            [Segment] = series.Segment,
            [Fingerprint] = fingerprint,
        };
        if (label is not null)
            labels[Label] = label;
        if (series.Segment.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            labels.TryAdd(series.Segment[..equals], series.Segment[(equals + 1)..]);
        return labels;
    }
}
