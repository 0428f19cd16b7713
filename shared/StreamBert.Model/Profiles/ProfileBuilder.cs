using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Tokenization;

namespace StreamBert.Model.Profiles;

/// <summary>
/// Measures the reference profile of a model: its label mix, confidences, lengths, unknown tokens and embeddings on texts that are typical
/// of what it was trained for. The result depends on neither the order of the texts nor the machine's speed.
/// </summary>
public sealed class ProfileBuilder
{
    /// <summary>The maximum number of embeddings in a profile.</summary>
    public const int MaxEmbeddings = 512;

    private readonly SortedList<ulong, byte[]> _embeddings = [];
    private readonly Dictionary<string, SortedDictionary<string, long>> _labels = [];
    private readonly Dictionary<string, long[]> _confidences = [];
    private readonly long[] _lengths = new long[LengthBins.Count];
    private readonly bool _hasEmbeddings;
    private int _texts;
    private long _tokens, _unknown;

    private ProfileBuilder(TextClassifier model, bool hasEmbeddings)
    {
        _hasEmbeddings = hasEmbeddings;
        foreach (var head in model.Heads)
            (_labels[head.Name], _confidences[head.Name]) = (new(StringComparer.Ordinal), new long[ReferenceProfile.ConfidenceBins]);
    }

    /// <summary>Classifies texts, and returns the profile of the model on them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="measuredOn">Names the texts.</param>
    /// <param name="hasEmbeddings">
    /// Whether the profile contains a sample of embeddings. An embedding reveals something about its text, so texts that a person may ask
    /// to have erased need a profile without them.
    /// </param>
    public static ReferenceProfile Measure(
        TextClassifier model, IEnumerable<string> texts, string measuredOn, bool hasEmbeddings = true)
    {
        var builder = new ProfileBuilder(model, hasEmbeddings);
        foreach (var (text, encoded, output) in BatchedClassification.Classify(model, texts, static text => text))
            builder.Add(text, encoded, output);
        return builder.Build(measuredOn);
    }

    private void Add(string text, EncodedText encoded, ClassifiedText output)
    {
        _texts++;
        _tokens += encoded.Length;
        _unknown += encoded.UnknownTokens;
        _lengths[LengthBins.IndexOf(encoded.Length)]++;
        foreach (var (head, answer) in output.Heads) Add(head, answer.Label, answer.Confidence);
        foreach (var entity in (output.Entities ?? []).DistinctBy(static entity => (entity.Head, entity.Type)))
            Add(entity.Head, entity.Type, entity.Confidence);
        if (_hasEmbeddings) Sample(text, output.Embedding);
    }

    private void Add(string head, string label, double confidence)
    {
        _labels[head][label] = _labels[head].GetValueOrDefault(label) + 1;
        var bin = (int)(confidence * ReferenceProfile.ConfidenceBins);
        _confidences[head][Math.Clamp(bin, 0, ReferenceProfile.ConfidenceBins - 1)]++;
    }

    /// <summary>Keeps the texts with the lowest hashes (bottom-k sampling); equal texts count once.</summary>
    private void Sample(string text, float[] embedding)
    {
        var rank = Hash(text);
        if (_embeddings.Count == MaxEmbeddings && rank >= _embeddings.GetKeyAtIndex(MaxEmbeddings - 1)) return;
        if (_embeddings.TryAdd(rank, PackedEmbedding.Pack(embedding)) && _embeddings.Count > MaxEmbeddings)
            _embeddings.RemoveAt(MaxEmbeddings);
    }

    private ReferenceProfile Build(string measuredOn) => new()
    {
        MeasuredOn = measuredOn,
        Texts = _texts,
        Heads = _labels.ToDictionary(
            static head => head.Key,
            head => new HeadReference { Labels = head.Value.ToDictionary(), Confidences = _confidences[head.Key] }),
        Lengths = _lengths,
        Tokens = _tokens,
        UnknownTokens = _unknown,
        Embeddings = [.. _embeddings.Values],
    };

    /// <summary>Computes FNV-1a with a final mixing step: the same in every run and process.</summary>
    private static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in text) hash = (hash ^ character) * 1099511628211UL;
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        return hash ^ (hash >> 33);
    }
}
