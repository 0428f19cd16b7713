namespace StreamBert.Alerting.Planning;

/// <summary>Lists why no message reports an alert.</summary>
internal static class MuteReasons
{
    /// <summary>A silence mutes it.</summary>
    public const string Silenced = "silenced";

    /// <summary>Another alert mutes it.</summary>
    public const string Inhibited = "inhibited";

    /// <summary>It reports a past that is replayed.</summary>
    public const string Replayed = "replayed";

    /// <summary>No route matches it.</summary>
    public const string Unrouted = "unrouted";

    /// <summary>All reasons.</summary>
    public static IReadOnlyList<string> All { get; } = [Silenced, Inhibited, Replayed, Unrouted];
}
