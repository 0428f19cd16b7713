using StreamBert.Contracts;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Monitoring.Counts;

/// <summary>
/// A bounded sample of texts, stratified by segment: each stratum keeps one text of each of the stories with the lowest hashes (bottom-k
/// sampling, Cohen and Kaplan 2007), with its number of copies. The sample depends on neither the order of the texts nor restarts, and
/// samples can be merged.
/// </summary>
internal sealed class TextSample
{
    private const int MaxSealedBytes = 2048;

    /// <summary>The number of texts that are kept for each story of a sample until near-duplicates are joined.</summary>
    private const int TextsPerStory = 3;

    public Dictionary<string, List<SampledText>> Strata { get; set; } = [];

    /// <summary>Returns the texts of a stratum, and adds the stratum if it is missing.</summary>
    public List<SampledText> StratumOf(string segment)
    {
        if (!Strata.TryGetValue(segment, out var stratum))
            Strata[segment] = stratum = [];
        return stratum;
    }

    /// <summary>Adds a text to a stratum if its hash is low enough.</summary>
    /// <param name="stratum">The texts of the stratum, in order of their hashes.</param>
    /// <param name="text">The text.</param>
    /// <param name="stories">The number of stories that the stratum keeps.</param>
    public static void Add(List<SampledText> stratum, SampledText text, int stories)
    {
        var rank = text.Rank;
        var index = stratum.FindIndex(other => other.Rank >= rank);
        if (index >= 0 && stratum[index].Key == text.Key)
        {
            stratum[index] = Merge(stratum[index], text);
            return;
        }
        stratum.Insert(index < 0 ? stratum.Count : index, text);
        if (stratum.Count > stories * TextsPerStory)
            stratum.RemoveAt(stratum.Count - 1);
    }

    /// <summary>Whether a stratum would keep a text with that key, or count it as a copy.</summary>
    public static bool Admits(List<SampledText> stratum, ulong key, int stories) =>
        stratum.Count < stories * TextsPerStory || ClusterKey.Mix(key) <= stratum[^1].Rank;

    /// <summary>Reduces a prediction to what an example needs.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <param name="attributes">The attributes of fairness rules.</param>
    /// <param name="segments">The segments of the text.</param>
    public static SampledText Sample(TextClassified prediction, IEnumerable<string> attributes, List<string>? segments = null)
    {
        var labels = prediction.Heads.ToDictionary(
            static head => head.Key, static head => new SampledLabel(head.Value.Label, Math.Round(head.Value.Confidence, 3)));
        var groups = attributes.Where(prediction.Attributes.ContainsKey).Distinct()
            .ToDictionary(static name => name, name => prediction.Attributes[name]);
        var text = BufferedPrediction.Truncate(prediction.Text);
        return new(ClusterKey.OfStory(prediction).Value, prediction.Id, text, labels, groups.Count > 0 ? groups : null)
        {
            Sealed = prediction.Sealed is { Length: <= MaxSealedBytes } sealedText ? sealedText : null,
            Segments = segments is { Count: > 0 } ? [.. segments] : null,
        };
    }

    /// <summary>Joins the near-duplicates of each stratum into one story, and reduces the stratum to its capacity.</summary>
    /// <param name="clusters">The clusters, whose near-duplicates are known.</param>
    /// <param name="perSegment">The number of stories of a segment.</param>
    /// <param name="perWindow">The number of stories without a segment.</param>
    public void JoinNearDuplicates(WindowClusters clusters, int perSegment, int perWindow)
    {
        foreach (var (segment, texts) in Strata.ToList())
        {
            Strata[segment] = [.. texts.GroupBy(text => clusters.Representative(text.Key)).Select(static story => story.Aggregate(Merge))
                .OrderBy(static text => text.Rank).Take(segment == SeriesKey.All ? perWindow : perSegment)];
        }
    }

    /// <summary>Returns the text with the lower hash, or of two copies the one with the lower id, with the copies of both.</summary>
    private static SampledText Merge(SampledText a, SampledText b)
    {
        var isFirst = a.Rank != b.Rank ? a.Rank < b.Rank : string.CompareOrdinal(a.Id, b.Id) <= 0;
        return (isFirst ? a : b) with { Copies = a.Copies + b.Copies };
    }
}
