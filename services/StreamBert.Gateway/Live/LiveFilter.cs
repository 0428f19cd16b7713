namespace StreamBert.Gateway.Live;

/// <summary>What a subscriber wants. Null means: everything. Events of models belong to every pipeline.</summary>
public sealed record LiveFilter(string? Pipeline = null, IReadOnlySet<string>? Types = null)
{
    public bool Matches(LiveEvent live) =>
        (Pipeline is null || live.Pipeline is null || live.Pipeline == Pipeline) && (Types is null || Types.Contains(live.Type));
}
