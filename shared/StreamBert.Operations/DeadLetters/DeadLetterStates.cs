namespace StreamBert.Operations.DeadLetters;

/// <summary>Lists the values of <see cref="DeadLetterItem.State"/>.</summary>
public static class DeadLetterStates
{
    /// <summary>Nobody has replayed or discarded the dead letter.</summary>
    public const string Open = "open";

    /// <summary>The original record was appended to its topic again.</summary>
    public const string Replayed = "replayed";

    /// <summary>Somebody has decided that the dead letter is not replayed.</summary>
    public const string Discarded = "discarded";

    /// <summary>All states.</summary>
    public static IReadOnlyList<string> All { get; } = [Open, Replayed, Discarded];
}
