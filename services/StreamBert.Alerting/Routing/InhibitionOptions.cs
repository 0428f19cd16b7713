namespace StreamBert.Alerting.Routing;

/// <summary>
/// Mutes the messages about some alerts while others fire. Bound from the section <c>Alerting:Inhibitions:N</c>; without any, a pipeline
/// without texts mutes the silence of its segments.
/// </summary>
public sealed class InhibitionOptions
{
    /// <summary>The matchers of the alerts that mute.</summary>
    public IList<string> Source { get; init; } = [];

    /// <summary>The matchers of the alerts that are muted.</summary>
    public IList<string> Target { get; init; } = [];

    /// <summary>The labels that both must have with the same value.</summary>
    public IList<string> Equal { get; init; } = [];
}
