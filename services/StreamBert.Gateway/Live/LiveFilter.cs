namespace StreamBert.Gateway.Live;

/// <summary>Selects live events. Events without a pipeline belong to every pipeline.</summary>
/// <param name="Pipeline">Selects the events of this pipeline; null for all.</param>
/// <param name="Types">Selects the events of these types; null for all.</param>
public sealed record LiveFilter(string? Pipeline = null, IReadOnlySet<string>? Types = null)
{
    /// <summary>Whether the filter selects an event.</summary>
    public bool Matches(LiveEvent live) =>
        (Pipeline is null || live.Pipeline is null || live.Pipeline == Pipeline) && (Types is null || Types.Contains(live.Type));
}
