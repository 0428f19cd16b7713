namespace StreamBert.Model.Tokenization.WordPiece;

/// <summary>
/// Learns a WordPiece vocabulary by merging the most frequent pair of adjacent tokens until the vocabulary is full
/// (byte-pair merges, Sennrich et al. 2016, on BERT's words with <c>##</c> for continuations).
/// </summary>
internal sealed class WordPieceTrainer
{
    private const int MaxWordLength = 40, MinCharacterCount = 20;
    private static readonly string[] SpecialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", AddedToken.Url];
    private readonly List<(List<string> Tokens, long Count)> _words = [];
    private readonly Dictionary<(string, string), long> _pairCounts = [];
    private readonly Dictionary<(string, string), HashSet<int>> _wordsByPair = [];
    private readonly HashSet<string> _alphabet = new(StringComparer.Ordinal);

    private WordPieceTrainer(Dictionary<string, long> wordCounts)
    {
        var frequent = FindFrequentCharacters(wordCounts);
        foreach (var (word, count) in wordCounts.OrderByDescending(static pair => pair.Value)
            .ThenBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            var characters = word.EnumerateRunes().Select(static rune => rune.ToString()).ToList();
            if (!characters.All(frequent.Contains)) continue;
            var tokens = characters.Select(static (character, i) => i == 0 ? character : "##" + character).ToList();
            _alphabet.UnionWith(tokens);
            _words.Add((tokens, count));
        }

        // Any frequent character may begin or continue a word.
        foreach (var character in frequent) _alphabet.UnionWith([character, "##" + character]);
        for (var word = 0; word < _words.Count; word++) CountPairs(word, +1);
    }

    /// <summary>Counts the words of the texts and learns a vocabulary from them.</summary>
    /// <returns>At most <paramref name="size"/> tokens, special tokens first.</returns>
    public static IReadOnlyList<string> Train(IEnumerable<string> texts, int size, int minPairCount) =>
        new WordPieceTrainer(CountWords(texts)).Merge(size, minPairCount);

    private static Dictionary<string, long> CountWords(IEnumerable<string> texts)
    {
        var tokenizer = new WordPieceTokenizer(SpecialTokens, lowercase: true, collapseUrls: true);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var word in texts.SelectMany(tokenizer.SplitIntoWords))
        {
            if (word.Length <= MaxWordLength) counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        foreach (var special in SpecialTokens) counts.Remove(special);
        return counts;
    }

    private static HashSet<string> FindFrequentCharacters(Dictionary<string, long> wordCounts)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (word, count) in wordCounts)
        {
            foreach (var rune in word.EnumerateRunes()) counts[rune.ToString()] = counts.GetValueOrDefault(rune.ToString()) + count;
        }

        return counts.Where(static pair => pair.Value >= MinCharacterCount).Select(static pair => pair.Key)
            .ToHashSet(StringComparer.Ordinal);
    }

    private List<string> Merge(int size, int minPairCount)
    {
        var vocabulary = new List<string>([.. SpecialTokens, .. _alphabet.Order(StringComparer.Ordinal)]);
        var known = new HashSet<string>(vocabulary, StringComparer.Ordinal);
        var queue = new PriorityQueue<(string, string), (long, string)>();
        foreach (var (pair, count) in _pairCounts) queue.Enqueue(pair, GetPriority(pair, count));
        while (vocabulary.Count < size && queue.TryDequeue(out var pair, out var priority))
        {
            var count = _pairCounts.GetValueOrDefault(pair);
            if (count < minPairCount) continue;
            if (-priority.Item1 != count)
            {
                queue.Enqueue(pair, GetPriority(pair, count)); // the count has changed since the pair was queued
                continue;
            }

            var merged = pair.Item1 + pair.Item2[2..];
            if (known.Add(merged)) vocabulary.Add(merged);
            foreach (var changed in ApplyMerge(pair, merged))
            {
                queue.Enqueue(changed, GetPriority(changed, _pairCounts.GetValueOrDefault(changed)));
            }
        }

        return vocabulary;
    }

    private static (long, string) GetPriority((string, string) pair, long count) => (-count, pair.Item1 + " " + pair.Item2);

    /// <summary>Merges a pair in all words.</summary>
    /// <returns>The new pairs with the merged token.</returns>
    private HashSet<(string, string)> ApplyMerge((string, string) pair, string merged)
    {
        var changed = new HashSet<(string, string)>();
        foreach (var word in _wordsByPair[pair].ToArray())
        {
            CountPairs(word, -1);
            var tokens = _words[word].Tokens;
            for (var i = 0; i + 1 < tokens.Count; i++)
            {
                if (tokens[i] != pair.Item1 || tokens[i + 1] != pair.Item2) continue;
                tokens[i] = merged;
                tokens.RemoveAt(i + 1);
            }

            CountPairs(word, +1);
            for (var i = 0; i + 1 < tokens.Count; i++)
            {
                if (tokens[i] == merged || tokens[i + 1] == merged) changed.Add((tokens[i], tokens[i + 1]));
            }
        }

        return changed;
    }

    /// <param name="sign">1 to add the pairs of the word, -1 to subtract them.</param>
    private void CountPairs(int word, int sign)
    {
        var (tokens, count) = _words[word];
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            var pair = (tokens[i], tokens[i + 1]);
            _pairCounts[pair] = _pairCounts.GetValueOrDefault(pair) + sign * count;
            if (!_wordsByPair.TryGetValue(pair, out var containing)) _wordsByPair[pair] = containing = [];
            if (sign > 0) containing.Add(word);
            else containing.Remove(word);
        }
    }
}
