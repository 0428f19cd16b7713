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
        var index = IndexOf(stratum, text.Rank);
        if (index < stratum.Count && stratum[index].Key == text.Key)
        {
            stratum[index] = Merge(stratum[index], text);
            return;
        }
        stratum.Insert(index, text);
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
    public static SampledText Sample(TextClassified prediction, string[] attributes, List<string>? segments = null)
    {
        var text = BufferedPrediction.Truncate(prediction.Text);
        return new(
            ClusterKey.OfStory(prediction).Value, prediction.Id, text, LabelsOf(prediction), GroupsOf(prediction.Attributes, attributes))
        {
            Sealed = prediction.Sealed is { Length: <= MaxSealedBytes } sealedText ? sealedText : null,
            Segments = segments is { Count: > 0 } ? [.. segments] : null,
        };
    }

    private static SmallMap<SampledLabel> LabelsOf(TextClassified prediction)
    {
        var (labels, index) = (new SampledLabel[prediction.Heads.Count], 0);
        foreach (var (_, answer) in prediction.Heads)
            labels[index++] = new(answer.Label, Math.Round(answer.Confidence, 3));
        return new(prediction.Heads is SmallMap<HeadPrediction> heads ? heads.KeyArray : [.. prediction.Heads.Keys], labels);
    }

    private static SmallMap<string>? GroupsOf(IReadOnlyDictionary<string, string> attributes, string[] names)
    {
        var groups = new string[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            if (!attributes.TryGetValue(names[i], out groups[i]!))
                return GroupsOf(attributes, Array.FindAll(names, attributes.ContainsKey));
        }
        return names.Length > 0 ? new(names, groups) : null;
    }

    /// <summary>Joins the near-duplicates of each stratum into one story, and reduces the stratum to its capacity.</summary>
    /// <param name="clusters">The clusters, whose near-duplicates are known.</param>
    /// <param name="perSegment">The number of stories of a segment.</param>
    /// <param name="perWindow">The number of stories without a segment.</param>
    public void JoinNearDuplicates(WindowClusters clusters, int perSegment, int perWindow)
    {
        foreach (var (segment, texts) in Strata)
        {
            Join(texts, clusters);
            var capacity = segment == SeriesKey.All ? perWindow : perSegment;
            if (texts.Count > capacity)
                texts.RemoveRange(capacity, texts.Count - capacity);
        }
    }

    /// <summary>Joins the near-duplicates among texts with different keys, which are in order of their hashes.</summary>
    private static void Join(List<SampledText> texts, WindowClusters clusters)
    {
        if (!HasNearDuplicates(texts, clusters))
            return;
        var stories = texts.GroupBy(text => clusters.Representative(text.Key)).Select(static story => story.Aggregate(Merge))
            .OrderBy(static text => text.Rank).ToList();
        texts.Clear();
        texts.AddRange(stories);
    }

    private static bool HasNearDuplicates(List<SampledText> texts, WindowClusters clusters)
    {
        foreach (var text in texts)
        {
            if (clusters.Representative(text.Key) != text.Key)
                return true;
        }
        return false;
    }

    /// <summary>Returns the index of the first text whose hash is at least that.</summary>
    private static int IndexOf(List<SampledText> stratum, ulong rank)
    {
        var index = 0;
        while (index < stratum.Count && stratum[index].Rank < rank)
            index++;
        return index;
    }

    /// <summary>Returns the text with the lower hash, or of two copies the one with the lower id, with the copies of both.</summary>
    private static SampledText Merge(SampledText a, SampledText b)
    {
        var isFirst = a.Rank != b.Rank ? a.Rank < b.Rank : string.CompareOrdinal(a.Id, b.Id) <= 0;
        return (isFirst ? a : b) with { Copies = a.Copies + b.Copies };
    }
}
