using System.Text;

namespace StreamBert.Model.Training.Distillation;

/// <summary>
/// Converts texts to sublinear TF-IDF vectors of words (1–2-grams) and of characters within words (2–5-grams). Words and characters are
/// each normalized to length 1.
/// </summary>
internal sealed class TfIdfVectorizer
{
    private const int MinCharacters = 2, MaxCharacters = 5;
    private const float MinNorm = 1e-6f;
    private readonly Dictionary<string, int> _features = new(StringComparer.Ordinal);
    private readonly float[] _inverseDocumentFrequencies;

    /// <summary>Fits the vectorizer: features are those n-grams that occur in more than one text.</summary>
    public TfIdfVectorizer(IReadOnlyList<string> texts)
    {
        var documentFrequencies = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var feature in texts.SelectMany(static text => CountNGrams(text).Keys)) Increment(documentFrequencies, feature);
        var frequent = documentFrequencies.Where(static pair => pair.Value > 1).Select(static pair => pair.Key)
            .Order(StringComparer.Ordinal);
        foreach (var feature in frequent) _features.Add(feature, _features.Count);
        _inverseDocumentFrequencies = new float[_features.Count];
        foreach (var (feature, index) in _features)
            _inverseDocumentFrequencies[index] = MathF.Log((1f + texts.Count) / (1 + documentFrequencies[feature])) + 1;
    }

    /// <summary>The number of features.</summary>
    public int FeatureCount => _features.Count;

    /// <summary>Returns the non-zero values of a text's vector.</summary>
    public (int Index, float Value)[] Transform(string text)
    {
        var values = new List<(int Index, float Value, bool IsWord)>();
        foreach (var (feature, count) in CountNGrams(text))
        {
            if (_features.TryGetValue(feature, out var index))
                values.Add((index, (1 + MathF.Log(count)) * _inverseDocumentFrequencies[index], feature.StartsWith('w')));
        }

        float wordNorm = ComputeNorm(values, isWord: true), characterNorm = ComputeNorm(values, isWord: false);
        return [.. values.Select(value => (value.Index, value.Value / (value.IsWord ? wordNorm : characterNorm)))];
    }

    private static float ComputeNorm(List<(int Index, float Value, bool IsWord)> values, bool isWord) =>
        MathF.Max(MinNorm, MathF.Sqrt(values.Where(value => value.IsWord == isWord).Sum(static value => value.Value * value.Value)));

    /// <summary>Counts n-grams; those of words begin with <c>w</c>, those of characters with <c>c</c>.</summary>
    private static Dictionary<string, int> CountNGrams(string text)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var words = SplitWords(text);
        for (var i = 0; i < words.Count; i++)
        {
            Increment(counts, "w" + words[i]);
            if (i > 0) Increment(counts, "w" + words[i - 1] + " " + words[i]);
        }

        foreach (var part in SplitAtWhiteSpace(text)) CountCharacters($" {part} ", counts);
        return counts;
    }

    /// <summary>Counts character n-grams including signs: "+3%" and "-3%" have opposite meanings.</summary>
    private static void CountCharacters(string padded, Dictionary<string, int> counts)
    {
        for (var length = MinCharacters; length <= MaxCharacters; length++)
        {
            for (var start = 0; start + length <= padded.Length; start++)
            {
                Increment(counts, string.Concat("c", padded.AsSpan(start, length)));
            }
        }
    }

    private static IEnumerable<string> SplitAtWhiteSpace(string text) => text.ToLowerInvariant()
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Where(static part => !part.StartsWith("http", StringComparison.Ordinal));

    private static List<string> SplitWords(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var part in SplitAtWhiteSpace(text))
        {
            foreach (var character in part)
            {
                if (char.IsLetterOrDigit(character) || character is '$' or '%' or '&' or '\'') word.Append(character);
                else Complete();
            }

            Complete();
        }

        return words;

        void Complete()
        {
            if (word.Length == 0) return;
            words.Add(word.ToString());
            word.Clear();
        }
    }

    private static void Increment(Dictionary<string, int> counts, string feature) =>
        counts[feature] = counts.GetValueOrDefault(feature) + 1;
}
