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
    public static IReadOnlyDictionary<string, string> Of(AlertRaised alert)
    {
        var labels = new Dictionary<string, string>
        {
            [Pipeline] = alert.Series.Pipeline,
            [Kind] = alert.Kind,
            [Severity] = alert.Severity,
            [Head] = alert.Series.Head,
            [Segment] = alert.Series.Segment,
            [Fingerprint] = alert.Fingerprint,
        };
        if (alert.Label is { } label)
            labels[Label] = label;
        if (alert.Series.Segment.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            labels.TryAdd(alert.Series.Segment[..equals], alert.Series.Segment[(equals + 1)..]);
        return labels;
    }
}
