using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace StreamBert.Model.Tokenization.BytePair;

/// <summary>
/// Byte-pair encoding (Sennrich et al. 2016): among all adjacent pairs the one that was learned first is merged, the leftmost at a tie,
/// until no pair can be merged. A priority queue holds the candidates, so that the time grows with n log n of a pre-token's length.
/// </summary>
internal sealed class BytePairModel : ITokenModel
{
    private readonly Vocabulary _vocabulary;
    private readonly BytePairOptions _options;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges = [];
    private readonly int? _unknown;

    /// <param name="source">The file of the merges, for error messages.</param>
    /// <exception cref="ModelPackageException">The vocabulary lacks a token of a merge, or the unknown token.</exception>
    public BytePairModel(Vocabulary vocabulary, IReadOnlyList<(string Left, string Right)> merges, string source, BytePairOptions options)
    {
        (_vocabulary, _options) = (vocabulary, options);
        _unknown = options.UnknownToken is { } token ? vocabulary.Require(token) : null;
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var (left, right) = merges[rank];
            var prefix = options.ContinuationPrefix;
            var merged = left + (right.StartsWith(prefix, StringComparison.Ordinal) ? right[prefix.Length..] : right);
            if (vocabulary.Find(left) is not { } leftId || vocabulary.Find(right) is not { } rightId
                || vocabulary.Find(merged) is not { } id)
            {
                throw new ModelPackageException($"{source}: the merge '{left} {right}' needs a token that the vocabulary lacks.");
            }

            _merges[(leftId, rightId)] = (rank, id);
        }
    }

    public void Append(ReadOnlySpan<char> preToken, int origin, TokenBuffer buffer)
    {
        foreach (var (id, start, end) in Encode(preToken)) buffer.Add(id, origin + start, origin + end);
    }

    /// <summary>Returns the tokens of a pre-token with their positions in it.</summary>
    public List<(int Id, int Start, int End)> Encode(ReadOnlySpan<char> preToken)
    {
        if (_options.IgnoreMerges && _vocabulary.Find(preToken) is { } whole) return [(whole, 0, preToken.Length)];
        var symbols = SplitIntoCharacters(preToken);
        Merge(CollectionsMarshal.AsSpan(symbols));
        return symbols.FindAll(static symbol => !symbol.IsMerged).ConvertAll(static symbol => (symbol.Id, symbol.Start, symbol.End));
    }

    private List<Symbol> SplitIntoCharacters(ReadOnlySpan<char> preToken)
    {
        var symbols = new SymbolBuilder(preToken.Length, _unknown, _options.FuseUnknown);
        for (int position = 0, length; position < preToken.Length; position += length)
        {
            Rune.DecodeFromUtf16(preToken[position..], out _, out length);
            var (start, end) = (position, position + length);
            if (FindCharacter(preToken[start..end], isFirst: start == 0, isLast: end == preToken.Length, out var token) is { } id)
                symbols.AddKnown(id, start, end);
            else if (!TryAddBytes(token, start, end, symbols))
                symbols.AddUnknown(start, end);
        }

        return symbols.Complete();
    }

    private int? FindCharacter(ReadOnlySpan<char> character, bool isFirst, bool isLast, out string token)
    {
        token = "";
        if (_options.ContinuationPrefix.Length == 0 && _options.EndOfWordSuffix.Length == 0 && !_options.ByteFallback)
        {
            return _vocabulary.Find(character);
        }
        token = $"{(isFirst ? "" : _options.ContinuationPrefix)}{character}{(isLast ? _options.EndOfWordSuffix : "")}";
        return _vocabulary.Find(token);
    }

    private bool TryAddBytes(string token, int start, int end, SymbolBuilder symbols)
    {
        if (!_options.ByteFallback) return false;
        var ids = Encoding.UTF8.GetBytes(token)
            .Select(value => _vocabulary.Find($"<0x{value.ToString("X2", CultureInfo.InvariantCulture)}>")).ToList();
        if (ids.Contains(null)) return false;
        foreach (var id in ids) symbols.Add(id!.Value, start, end);
        return true;
    }

    private void Merge(Span<Symbol> symbols)
    {
        var queue = new PriorityQueue<(int Index, int Id), (int Rank, int Index)>();
        for (var index = 0; index + 1 < symbols.Length; index++) EnqueueMerge(symbols, index, queue);
        while (queue.TryDequeue(out var candidate, out _))
        {
            ref var left = ref symbols[candidate.Index];
            if (left.IsMerged || left.Next >= symbols.Length) continue;
            ref var right = ref symbols[left.Next];
            if (!_merges.TryGetValue((left.Id, right.Id), out var merge) || merge.Id != candidate.Id) continue; // outdated by another merge
            (left.Id, left.End, left.Next) = (merge.Id, right.End, right.Next);
            right.MarkMerged();
            if (left.Next < symbols.Length) symbols[left.Next].Previous = candidate.Index;
            if (left.Previous >= 0) EnqueueMerge(symbols, left.Previous, queue);
            EnqueueMerge(symbols, candidate.Index, queue);
        }
    }

    private void EnqueueMerge(ReadOnlySpan<Symbol> symbols, int index, PriorityQueue<(int Index, int Id), (int Rank, int Index)> queue)
    {
        if (symbols[index].Next < symbols.Length
            && _merges.TryGetValue((symbols[index].Id, symbols[symbols[index].Next].Id), out var merge))
        {
            queue.Enqueue((index, merge.Id), (merge.Rank, index));
        }
    }

    /// <summary>A token in the linked list of those that may still be merged.</summary>
    private struct Symbol(int id, int start, int end, int previous, int next)
    {
        public int Id = id, Start = start, End = end, Previous = previous, Next = next;

        /// <summary>Whether it has become part of its left neighbour.</summary>
        public readonly bool IsMerged => Start == End;

        public void MarkMerged() => Start = End;
    }

    /// <summary>Collects the characters of a pre-token, fusing unknown ones if so configured.</summary>
    private sealed class SymbolBuilder(int capacity, int? unknown, bool fusesUnknown)
    {
        private readonly List<Symbol> _symbols = new(capacity);
        private (int Start, int End)? _pendingUnknown;

        public void AddKnown(int id, int start, int end)
        {
            FlushUnknown();
            Add(id, start, end);
        }

        /// <summary>Adds a symbol before a pending unknown one, as the reference does for the bytes of a character.</summary>
        public void Add(int id, int start, int end) => _symbols.Add(new Symbol(id, start, end, _symbols.Count - 1, _symbols.Count + 1));

        public void AddUnknown(int start, int end)
        {
            if (unknown is null) return;
            if (_pendingUnknown is not null && !fusesUnknown) FlushUnknown();
            _pendingUnknown = (_pendingUnknown?.Start ?? start, end);
        }

        public List<Symbol> Complete()
        {
            FlushUnknown();
            return _symbols;
        }

        private void FlushUnknown()
        {
            if (_pendingUnknown is { } span) Add(unknown!.Value, span.Start, span.End);
            _pendingUnknown = null;
        }
    }
}
