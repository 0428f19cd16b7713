using StreamBert.Contracts;
using StreamBert.Monitoring.Inputs;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Counts;

/// <summary>The label that a head gave to a sampled text.</summary>
internal sealed record SampledLabel(string Label, double Confidence);

/// <summary>A text that is kept as a possible example for an alert.</summary>
/// <param name="Rank">The hash by which texts are sampled.</param>
/// <param name="Id">The id of the text.</param>
/// <param name="Text">The beginning of the text.</param>
/// <param name="Labels">Head → label.</param>
/// <param name="Groups">Attribute of a fairness rule → group.</param>
internal sealed record SampledText(
    ulong Rank, string Id, string? Text, Dictionary<string, SampledLabel> Labels, Dictionary<string, string>? Groups)
{
    /// <summary>
    /// The encrypted text of a subject with a key, as the prediction carries it. The monitor never decrypts it, and leaves out a long one.
    /// </summary>
    public byte[]? Sealed { get; init; }

    /// <summary>The segments of the entities that the text mentions.</summary>
    public List<string>? Mentions { get; init; }
}

/// <summary>
/// A bounded sample of texts, stratified by segment: each stratum keeps the texts whose ids have the lowest hashes (bottom-k sampling,
/// Cohen and Kaplan 2007). The sample depends on neither the order of the texts nor restarts, and samples can be merged.
/// </summary>
internal sealed class TextSample
{
    private const int MaxSealedBytes = 2048;

    public Dictionary<string, List<SampledText>> Strata { get; set; } = [];

    /// <summary>Adds a text to a stratum if its hash is low enough.</summary>
    public void Add(TextClassified prediction, string stratum, int capacity, IEnumerable<string> attributes, List<string>? mentions = null)
    {
        if (!Strata.TryGetValue(stratum, out var kept))
            Strata[stratum] = kept = [];
        var rank = StableHash.Of(prediction.Id);
        if (kept.Count == capacity && rank >= kept[^1].Rank)
            return;
        var index = kept.FindIndex(other => other.Rank > rank);
        var sampled = Sample(prediction, rank, attributes) with { Mentions = mentions is { Count: > 0 } ? mentions : null };
        kept.Insert(index < 0 ? kept.Count : index, sampled);
        if (kept.Count > capacity)
            kept.RemoveAt(capacity);
    }

    private static SampledText Sample(TextClassified prediction, ulong rank, IEnumerable<string> attributes)
    {
        var labels = prediction.Heads.ToDictionary(
            static head => head.Key, static head => new SampledLabel(head.Value.Label, Math.Round(head.Value.Confidence, 3)));
        var groups = attributes.Where(prediction.Attributes.ContainsKey).Distinct()
            .ToDictionary(static name => name, name => prediction.Attributes[name]);
        return new(rank, prediction.Id, BufferedPrediction.Truncate(prediction.Text), labels, groups.Count > 0 ? groups : null)
        {
            Sealed = prediction.Sealed is { Length: <= MaxSealedBytes } sealedText ? sealedText : null,
        };
    }
}
