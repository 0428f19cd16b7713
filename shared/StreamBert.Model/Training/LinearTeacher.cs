using System.Text;

namespace StreamBert.Model.Training;

/// <summary>
/// A linear classifier on TF-IDF of words (1–2-grams) and characters within words (2–5-grams): multinomial logistic regression by
/// AdaGrad (Duchi et al. 2011). It is strong on short texts and learns in seconds, which makes it a teacher for an encoder trained from
/// scratch.
/// </summary>
internal sealed class LinearTeacher
{
    private const int Epochs = 12;
    private const float Rate = 0.3f;
    private const float Decay = 1e-5f;
    private readonly Dictionary<string, int> _features = new(StringComparer.Ordinal);
    private float[] _inverseFrequency = [];
    private readonly float[] _weights;
    private readonly int _labels;

    /// <param name="labels">How many labels; targets are their indices.</param>
    public LinearTeacher(IReadOnlyList<(string Text, int Label)> data, int labels, int seed)
    {
        this._labels = labels;
        var counts = data.Select(static item => Count(item.Text)).ToList();
        Index(counts);
        _weights = new float[(_features.Count + 1) * labels];
        Fit(counts.Select(Vector).ToList(), data.Select(static item => item.Label).ToArray(), new Random(seed));
    }

    /// <summary>The probability of each label.</summary>
    public float[] Predict(string text) => Softmax(Vector(Count(text)));

    /// <summary>
    /// Predictions for the data a teacher learns from, each by a teacher that has not seen it (5 folds), and a teacher of all for other
    /// texts.
    /// </summary>
    public static (float[][] OutOfFold, LinearTeacher Full) Train(IReadOnlyList<(string Text, int Label)> data, int labels, int seed)
    {
        const int folds = 5;
        var predictions = new float[data.Count][];
        for (var fold = 0; fold < folds; fold++)
        {
            var teacher = new LinearTeacher(data.Where((_, i) => i % folds != fold).ToList(), labels, seed);
            for (var i = fold; i < data.Count; i += folds) predictions[i] = teacher.Predict(data[i].Text);
        }

        return (predictions, new LinearTeacher(data, labels, seed));
    }

    private static Dictionary<string, int> Count(string text)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var words = Split(text);
        for (var i = 0; i < words.Count; i++)
        {
            Add(counts, "w" + words[i]);
            if (i > 0) Add(counts, "w" + words[i - 1] + " " + words[i]);
        }

        foreach (var part in Parts(text)) CountCharacters($" {part} ", counts);
        return counts;
    }

    /// <summary>Signs stay: "+3%" and "-3%" mean opposite things.</summary>
    private static void CountCharacters(string padded, Dictionary<string, int> counts)
    {
        for (var length = 2; length <= 5; length++)
            for (var start = 0; start + length <= padded.Length; start++) Add(counts, string.Concat("c", padded.AsSpan(start, length)));
    }

    private static IEnumerable<string> Parts(string text) =>
        text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Where(static part => !part.StartsWith("http", StringComparison.Ordinal));

    private static List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var part in Parts(text))
        {
            foreach (var character in part)
            {
                if (char.IsLetterOrDigit(character) || character is '$' or '%' or '&' or '\'') word.Append(character);
                else if (word.Length > 0) Flush();
            }

            if (word.Length > 0) Flush();
        }

        return words;

        void Flush()
        {
            words.Add(word.ToString());
            word.Clear();
        }
    }

    private static void Add(Dictionary<string, int> counts, string feature) => counts[feature] = counts.GetValueOrDefault(feature) + 1;

    private void Index(IReadOnlyList<Dictionary<string, int>> texts)
    {
        var frequency = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in texts)
            foreach (var feature in text.Keys) Add(frequency, feature);
        foreach (var feature in frequency.Where(static pair => pair.Value > 1).Select(static pair => pair.Key).Order(StringComparer.Ordinal))
        {
            _features
            .Add(feature, _features.Count);
        }

        _inverseFrequency = new float[_features.Count];
        foreach (var (feature, index) in _features) _inverseFrequency[index] = MathF.Log((1f + texts.Count) / (1 + frequency[feature])) + 1;
    }

    /// <summary>Sublinear TF-IDF; words and characters each of length 1.</summary>
    private (int Index, float Value)[] Vector(Dictionary<string, int> counts)
    {
        var vector = new List<(int Index, float Value, bool Word)>();
        foreach (var (feature, count) in counts)
        {
            if (_features.TryGetValue(feature, out var index))
                vector.Add((index, (1 + MathF.Log(count)) * _inverseFrequency[index], feature.StartsWith('w')));
        }

        float words = Norm(vector.Where(static v => v.Word)), characters = Norm(vector.Where(static v => !v.Word));
        return [.. vector.Select(v => (v.Index, v.Value / (v.Word ? words : characters)))];

        static float Norm(IEnumerable<(int, float Value, bool)> part) => MathF.Max(1e-6f, MathF.Sqrt(part.Sum(static v => v.Value * v.Value)));
    }

    private void Fit(IReadOnlyList<(int Index, float Value)[]> data, int[] targets, Random random)
    {
        var squares = new float[_weights.Length];
        Array.Fill(squares, 1e-3f);
        var order = Enumerable.Range(0, data.Count).ToArray();
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            random.Shuffle(order);
            foreach (var i in order) Learn(data[i], targets[i], squares);
        }
    }

    private void Learn((int Index, float Value)[] text, int target, float[] squares)
    {
        var error = Softmax(text);
        error[target] -= 1;
        foreach (var (index, value) in text.Append((_features.Count, 1f)))
        {
            for (var label = 0; label < _labels; label++)
            {
                var at = index * _labels + label;
                var gradient = error[label] * value + Decay * _weights[at];
                squares[at] += gradient * gradient;
                _weights[at] -= Rate * gradient / MathF.Sqrt(squares[at]);
            }
        }
    }

    private float[] Softmax((int Index, float Value)[] text)
    {
        var logits = new float[_labels];
        foreach (var (index, value) in text.Append((_features.Count, 1f)))
            for (var label = 0; label < _labels; label++) logits[label] += _weights[index * _labels + label] * value;
        var highest = logits.Max();
        var sum = 0f;
        for (var label = 0; label < _labels; label++) sum += logits[label] = MathF.Exp(logits[label] - highest);
        for (var label = 0; label < _labels; label++) logits[label] /= sum;
        return logits;
    }
}
