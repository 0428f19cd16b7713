using StreamBert.Contracts;

namespace StreamBert.Alerting.Routing;

/// <summary>A rule by which alerts mute others.</summary>
internal sealed class InhibitionRule(InhibitionOptions options)
{
    private readonly IReadOnlyList<AlertMatcher> _source = AlertMatcher.Parse(options.Source), _target = AlertMatcher.Parse(options.Target);

    /// <summary>A pipeline without texts mutes the silence of its segments.</summary>
    public static InhibitionRule Default { get; } = new(new()
    {
        Source = { $"{AlertLabels.Kind}={AlertKinds.VolumeSilence}", $"{AlertLabels.Segment}={SeriesKey.All}" },
        Target = { $"{AlertLabels.Kind}={AlertKinds.VolumeSilence}", $"{AlertLabels.Segment}!={SeriesKey.All}" },
        Equal = { AlertLabels.Pipeline },
    });

    /// <summary>Tells whether alerts with these labels mute others. One that matches both sides does not mute others of its kind.</summary>
    public bool IsSource(IReadOnlyDictionary<string, string> labels) => AlertMatcher.MatchAll(_source, labels) && !IsTarget(labels);

    /// <summary>Tells whether alerts with these labels are muted by others.</summary>
    public bool IsTarget(IReadOnlyDictionary<string, string> labels) => AlertMatcher.MatchAll(_target, labels);

    /// <summary>Tells whether a source and a target have the same values of the labels that must be equal.</summary>
    public bool HasEqualLabels(IReadOnlyDictionary<string, string> source, IReadOnlyDictionary<string, string> target) =>
        options.Equal.All(label => source.GetValueOrDefault(label) == target.GetValueOrDefault(label));
}
