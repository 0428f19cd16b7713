namespace StreamBert.Model.Tokenization;

/// <summary>
/// Learns a word-piece vocabulary by merging the most frequent pair of adjacent pieces until the vocabulary is full
/// (byte-pair merges, Sennrich et al. 2016, on BERT's words with <c>##</c> for continuations).
/// </summary>
internal sealed class VocabularyTrainer
{
    private static readonly string[] SpecialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[URL]"];
    private readonly List<(List<string> Pieces, long Count)> _words = [];
    private readonly Dictionary<(string, string), long> _pairCounts = [];
    private readonly Dictionary<(string, string), HashSet<int>> _pairWords = [];

    /// <summary>Counts words of the texts and returns <paramref name="size"/> pieces, special tokens first.</summary>
    public static IReadOnlyList<string> Train(IEnumerable<string> texts, int size, int minimumCount)
    {
        var splitter = new WordPieceTokenizer(SpecialTokens, lowercase: true, collapseUrls: true);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            foreach (var word in splitter.Words(text))
                if (word.Length <= 40) counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        foreach (var special in SpecialTokens) counts.Remove(special);
        return new VocabularyTrainer(counts).Merge(size, minimumCount);
    }

    private readonly HashSet<string> _alphabet = new(StringComparer.Ordinal);

    private VocabularyTrainer(Dictionary<string, long> counts)
    {
        var frequent = Characters(counts, minimum: 20);
        foreach (var (word, count) in counts.OrderByDescending(static pair => pair.Value).ThenBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            var runes = word.EnumerateRunes().Select(static rune => rune.ToString()).ToList();
            if (!runes.All(frequent.Contains)) continue;
            var pieces = runes.Select(static (rune, i) => i == 0 ? rune : "##" + rune).ToList();
            _alphabet.UnionWith(pieces);
            _words.Add((pieces, count));
        }

        // Any known character may start or continue a word.
        foreach (var character in frequent) _alphabet.UnionWith([character, "##" + character]);
        for (var word = 0; word < _words.Count; word++) CountPairs(word, +1);
    }

    private static HashSet<string> Characters(Dictionary<string, long> counts, long minimum)
    {
        var characters = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (word, count) in counts)
            foreach (var rune in word.EnumerateRunes()) characters[rune.ToString()] = characters.GetValueOrDefault(rune.ToString()) + count;
        return characters.Where(pair => pair.Value >= minimum).Select(static pair => pair.Key).ToHashSet(StringComparer.Ordinal);
    }

    private List<string> Merge(int size, int minimumCount)
    {
        var vocabulary = new List<string>([.. SpecialTokens, .. _alphabet.Order(StringComparer.Ordinal)]);
        var known = new HashSet<string>(vocabulary, StringComparer.Ordinal);
        var queue = new PriorityQueue<(string, string), (long, string)>();
        foreach (var (pair, count) in _pairCounts) queue.Enqueue(pair, Priority(pair, count));
        while (vocabulary.Count < size && queue.TryDequeue(out var pair, out var priority))
        {
            var count = _pairCounts.GetValueOrDefault(pair);
            if (count < minimumCount) continue;
            if (-priority.Item1 != count)
            {
                queue.Enqueue(pair, Priority(pair, count)); // the count has changed since it was queued
                continue;
            }

            var merged = pair.Item1 + pair.Item2[2..];
            if (known.Add(merged)) vocabulary.Add(merged);
            foreach (var changed in Apply(pair, merged)) queue.Enqueue(changed, Priority(changed, _pairCounts.GetValueOrDefault(changed)));
        }

        return vocabulary;
    }

    private static (long, string) Priority((string, string) pair, long count) => (-count, pair.Item1 + " " + pair.Item2);

    private HashSet<(string, string)> Apply((string, string) pair, string merged)
    {
        var changed = new HashSet<(string, string)>();
        foreach (var word in _pairWords[pair].ToArray())
        {
            CountPairs(word, -1);
            var pieces = _words[word].Pieces;
            for (var i = 0; i + 1 < pieces.Count; i++)
            {
                if (pieces[i] != pair.Item1 || pieces[i + 1] != pair.Item2) continue;
                pieces[i] = merged;
                pieces.RemoveAt(i + 1);
            }

            CountPairs(word, +1);
            for (var i = 0; i + 1 < pieces.Count; i++)
                if (pieces[i] == merged || pieces[i + 1] == merged) changed.Add((pieces[i], pieces[i + 1]));
        }

        return changed;
    }

    private void CountPairs(int word, int sign)
    {
        var (pieces, count) = _words[word];
        for (var i = 0; i + 1 < pieces.Count; i++)
        {
            var pair = (pieces[i], pieces[i + 1]);
            _pairCounts[pair] = _pairCounts.GetValueOrDefault(pair) + sign * count;
            if (!_pairWords.TryGetValue(pair, out var containing)) _pairWords[pair] = containing = [];
            if (sign > 0) containing.Add(word);
            else containing.Remove(word);
        }
    }
}
