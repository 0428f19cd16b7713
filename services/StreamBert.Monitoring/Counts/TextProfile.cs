using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Monitoring.Counts;

/// <summary>A text that is kept with its embedding.</summary>
/// <param name="Id">The id of the text.</param>
/// <param name="Text">The beginning of the text; null if the pipeline does not keep texts.</param>
/// <param name="Label">The label of the first head.</param>
/// <param name="Confidence">Its confidence.</param>
internal sealed record TextExcerpt(string Id, string? Text, string Label, double Confidence);

/// <summary>The embedding of a story.</summary>
/// <param name="Rank">The hash by which stories are sampled.</param>
/// <param name="Values">The <see cref="PackedEmbedding"/>.</param>
internal sealed record EmbeddingRow(ulong Rank, byte[] Values)
{
    /// <summary>The text; null if only the embedding is kept.</summary>
    public TextExcerpt? Excerpt { get; init; }
}

/// <summary>
/// The lengths, the unknown tokens and a sample of the embeddings of texts. Profiles are mergeable; the sample keeps the stories with the
/// lowest hashes (bottom-k sampling), each once, so that it depends on neither the order of the texts nor copies.
/// </summary>
internal sealed class TextProfile
{
    /// <summary>The number of bins of <see cref="Lengths"/>: four per doubling of the length.</summary>
    public const int Bins = 37;

    private const int BinsPerDoubling = 4;

    public long Texts { get; set; }

    /// <summary>The number of tokens.</summary>
    public long Tokens { get; set; }

    /// <summary>The number of unknown tokens.</summary>
    public long Unknown { get; set; }

    /// <summary>The number of texts by length.</summary>
    public int[] Lengths { get; set; } = new int[Bins];

    /// <summary>The sampled embeddings, by ascending rank.</summary>
    public List<EmbeddingRow> Embeddings { get; set; } = [];

    [JsonIgnore]
    public double UnknownShare => Tokens > 0 ? (double)Unknown / Tokens : 0;

    /// <summary>Returns the bin of a length in tokens.</summary>
    public static int BinOf(int tokens) => Math.Clamp((int)(BinsPerDoubling * Math.Log2(Math.Max(tokens, 0) + 1)), 0, Bins - 1);

    /// <summary>Returns the length in the middle of a bin.</summary>
    public static double MiddleOf(int bin) => Math.Pow(2, (bin + 0.5) / BinsPerDoubling) - 1;

    /// <summary>Returns a histogram in the bins of <see cref="LengthBins"/> in the bins of this profile.</summary>
    public static double[] Rebin(IReadOnlyList<long> lengths)
    {
        var counts = new double[Bins];
        foreach (var (bin, count) in lengths.Index())
            counts[BinOf(LengthBins.LowerBound(bin))] += count;
        return counts;
    }

    /// <summary>Returns a profile with the same counts and without embeddings.</summary>
    public TextProfile CopyCounts() => new() { Texts = Texts, Tokens = Tokens, Unknown = Unknown, Lengths = [.. Lengths] };

    /// <summary>Adds a text.</summary>
    /// <param name="prediction">The text.</param>
    /// <param name="capacity">The maximum number of embeddings.</param>
    public void Add(TextClassified prediction, int capacity)
    {
        Texts++;
        Tokens += prediction.Tokens;
        Unknown += Math.Min(prediction.UnknownTokens, prediction.Tokens);
        Lengths[BinOf(prediction.Tokens)]++;
        if (prediction.Embedding is not { Length: > 0 } embedding)
            return;
        var rank = StableHash.Of(prediction.Story ?? prediction.Id);
        if (Embeddings.Count < capacity || rank < Embeddings[^1].Rank)
            Insert(new(rank, PackedEmbedding.Pack(embedding)) { Excerpt = ExcerptOf(prediction) }, capacity);
    }

    /// <summary>Adds the counts of another profile, and merges its sample.</summary>
    public void Add(TextProfile other, int capacity)
    {
        Merge(other, +1);
        foreach (var row in other.Embeddings)
        {
            if (Embeddings.Count >= capacity && row.Rank >= Embeddings[^1].Rank)
                break;
            Insert(row, capacity);
        }
    }

    /// <summary>Subtracts the counts of a profile that was added; the sample remains.</summary>
    public void Subtract(TextProfile other) => Merge(other, -1);

    private void Merge(TextProfile other, int sign)
    {
        Texts += sign * other.Texts;
        Tokens += sign * other.Tokens;
        Unknown += sign * other.Unknown;
        for (var bin = 0; bin < Bins; bin++)
            Lengths[bin] += sign * other.Lengths[bin];
    }

    private void Insert(EmbeddingRow row, int capacity)
    {
        var index = Embeddings.BinarySearch(row, RankComparer.Instance);
        if (index >= 0)
            return; // a copy of the story is in the sample
        Embeddings.Insert(~index, row);
        if (Embeddings.Count > capacity)
            Embeddings.RemoveAt(Embeddings.Count - 1);
    }

    private static TextExcerpt? ExcerptOf(TextClassified prediction)
    {
        if (prediction.Heads.Count == 0)
            return null;
        var (_, answer) = prediction.Heads.MinBy(static head => head.Key, StringComparer.Ordinal);
        return new(prediction.Id, BufferedPrediction.Truncate(prediction.Text), answer.Label, Math.Round(answer.Confidence, 3));
    }

    private sealed class RankComparer : IComparer<EmbeddingRow>
    {
        public static readonly RankComparer Instance = new();

        public int Compare(EmbeddingRow? x, EmbeddingRow? y) => x!.Rank.CompareTo(y!.Rank);
    }
}
