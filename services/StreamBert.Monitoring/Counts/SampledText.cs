using System.Text.Json.Serialization;

namespace StreamBert.Monitoring.Counts;

/// <summary>The label that a head gave to a sampled text.</summary>
internal sealed record SampledLabel(string Label, double Confidence);

/// <summary>A text that is kept as a possible example for an alert.</summary>
/// <param name="Key">The SimHash of its story; the hash of its id if it has no story.</param>
/// <param name="Id">The id of the text.</param>
/// <param name="Text">The beginning of the text.</param>
/// <param name="Labels">Head → label.</param>
/// <param name="Groups">Attribute of a fairness rule → group.</param>
internal sealed record SampledText(
    ulong Key, string Id, string? Text, IReadOnlyDictionary<string, SampledLabel> Labels, IReadOnlyDictionary<string, string>? Groups)
{
    /// <summary>
    /// The encrypted text of a subject with a key, as the prediction carries it. The monitor never decrypts it, and leaves out a long one.
    /// </summary>
    public byte[]? Sealed { get; init; }

    /// <summary>The segments of the text.</summary>
    public List<string>? Segments { get; init; }

    /// <summary>The number of texts of its story, itself included.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>The hash by which stories are sampled.</summary>
    [JsonIgnore]
    public ulong Rank => ClusterKey.Mix(Key);
}
