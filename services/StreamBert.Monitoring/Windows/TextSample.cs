using StreamBert.Contracts;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Windows;

/// <summary>A head's answer for a sampled text.</summary>
public sealed record SampledAnswer(string Label, double Confidence);

/// <summary>A text kept as a possible example for an alert.</summary>
public sealed record SampledText(
    ulong Rank, string Id, string? Text, Dictionary<string, SampledAnswer> Answers, Dictionary<string, string>? Groups)
{
    /// <summary>
    /// The text of a subject who has a key, as the prediction has it: the monitor never opens it. What is long is left to the prediction.
    /// </summary>
    public byte[]? Sealed { get; init; }

    /// <summary>The segments of the entities it mentions.</summary>
    public List<string>? Mentions { get; init; }
}

/// <summary>
/// A bounded sample of texts, stratified by segment, that depends on nothing but the texts themselves: of each stratum it keeps those
/// whose id hashes lowest (bottom-k sampling, Cohen and Kaplan 2007). Order and restarts do not change it, and samples can be merged.
/// </summary>
public sealed class TextSample
{
    private const int LongestText = 160;
    private const int LongestSeal = 2048;

    public Dictionary<string, List<SampledText>> Strata { get; set; } = [];

    public void Add(TextClassified prediction, string stratum, int capacity, IEnumerable<string> attributes, List<string>? mentions = null)
    {
        if (!Strata.TryGetValue(stratum, out var kept))
            Strata[stratum] = kept = [];
        var rank = StableHash.Of(prediction.Id);
        if (kept.Count == capacity && rank >= kept[^1].Rank)
            return;
        var at = kept.FindIndex(other => other.Rank > rank);
        kept.Insert(
            at < 0 ? kept.Count : at,
            Describe(prediction, rank, attributes) with { Mentions = mentions is { Count: > 0 } ? mentions : null });
        if (kept.Count > capacity)
            kept.RemoveAt(capacity);
    }

    private static SampledText Describe(TextClassified prediction, ulong rank, IEnumerable<string> attributes)
    {
        var groups = attributes.Where(prediction.Attributes.ContainsKey).Distinct()
            .ToDictionary(static name => name, name => prediction.Attributes[name]);
        return new(rank, prediction.Id, Shorten(prediction.Text),
            prediction.Heads
                .ToDictionary(static head => head.Key, static head => new SampledAnswer(head.Value.Label, Math.Round(head.Value.Confidence, 3))),
            groups.Count > 0 ? groups : null)
        {
            Sealed = prediction.Sealed is { Length: <= LongestSeal } sealedText ? sealedText : null,
        };
    }

    /// <summary>The beginning of a text, as long as an example is.</summary>
    internal static string? Shorten(string? text)
    {
        if (text is null || text.Length <= LongestText)
            return text;
        var end = char.IsHighSurrogate(text[LongestText - 2]) ? LongestText - 2 : LongestText - 1;
        return $"{text[..end]}…";
    }
}
