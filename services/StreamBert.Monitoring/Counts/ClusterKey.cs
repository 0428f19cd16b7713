using StreamBert.Contracts;

namespace StreamBert.Monitoring.Counts;

/// <summary>
/// Identifies the cluster of a text, the unit of evidence: its subject, else its story, else the text alone. Texts of one cluster depend
/// on each other, so that together they are one observation.
/// </summary>
/// <param name="Value">The SimHash of a story; the hash of a subject or an id.</param>
/// <param name="IsStory">Whether it is a SimHash: keys that differ in at most three bits are then one story.</param>
internal readonly record struct ClusterKey(ulong Value, bool IsStory)
{
    /// <summary>Distinguishes the hash of a subject from that of an id with the same characters.</summary>
    private const ulong SubjectSalt = 0x9e3779b97f4a7c15;

    /// <summary>Returns the key of a text's cluster.</summary>
    /// <param name="text">The text.</param>
    /// <param name="groupsStories">Whether texts of one story are one cluster (<see cref="MonitorRules.GroupStories"/>).</param>
    public static ClusterKey Of(TextClassified text, bool groupsStories) =>
        !string.IsNullOrEmpty(text.Subject) ? new(StableHash.Of(text.Subject) ^ SubjectSalt, IsStory: false)
        : groupsStories ? OfStory(text)
        : OfText(text);

    /// <summary>Returns the key of a text's story, whatever its subject; of the text alone if it has none.</summary>
    public static ClusterKey OfStory(TextClassified text) =>
        SimHash.TryParse(text.Story, out var story) ? new(story, IsStory: true) : OfText(text);

    private static ClusterKey OfText(TextClassified text) => new(StableHash.Of(text.Id), IsStory: false);

    /// <summary>
    /// Returns a number that is uniform over all keys, unlike a SimHash: the finalizer of SplitMix64 (Steele et al. 2014).
    /// </summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
