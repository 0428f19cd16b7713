namespace StreamBert.Privacy.Keys;

/// <summary>
/// The file of the subjects' keys is damaged or missing. Nothing was changed, and no new keys were created in its place: sealed texts would
/// stay unreadable for ever.
/// </summary>
public sealed class KeysDamagedException(string file, string what, Exception? inner = null)
    : Exception($"The keys of the subjects in '{file}' cannot be used: {what.TrimEnd('.')}. Texts with a subject are refused, and sealed "
        + $"ones stay sealed, until the file is restored; nothing was changed, and no new keys were made.", inner)
{
    /// <summary>What to do about it.</summary>
    public const string Remedy = "Restore keys.db from its backup; it is used again by itself.";
}
