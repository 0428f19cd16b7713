using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>What a package says of its byte pairs; the defaults are those of the Rust <c>tokenizers</c>.</summary>
internal sealed record BytePairOptions
{
    /// <summary>The token of a character that the vocabulary lacks; null: such a character is dropped.</summary>
    public string? Unknown { get; init; }

    /// <summary>Put before every character of a piece but the first.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Put behind the last character of a piece.</summary>
    public string Suffix { get; init; } = "";

    /// <summary>Whether unknown characters in a row are one token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>Whether a character that the vocabulary lacks becomes the tokens of its bytes, <c>&lt;0x0A&gt;</c>.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Whether a piece that is a token as a whole is taken as it is.</summary>
    public bool IgnoreMerges { get; init; }
}

/// <summary>
/// Byte-pair encoding (Sennrich et al. 2016): the pair of neighbours that was learnt first is joined first, the left one of equals, until
/// no pair is left. A queue
/// holds the candidates, so that the time grows with n log n of a piece's length.
/// </summary>
internal sealed class BytePairs : IPieceModel
{
    private readonly Vocabulary _vocabulary;
    private readonly BytePairOptions _options;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges = [];
    private readonly int? _unknown;

    /// <exception cref="ModelPackageException">A merge names what is no token, or the unknown token is absent.</exception>
    public BytePairs(Vocabulary vocabulary, IReadOnlyList<(string Left, string Right)> merges, string source, BytePairOptions options)
    {
        (this._vocabulary, this._options) = (vocabulary, options);
        _unknown = options.Unknown is { } token ? vocabulary.Require(token) : null;
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var (left, right) = merges[rank];
            var joined = left + (right.StartsWith(options.Prefix, StringComparison.Ordinal) ? right[options.Prefix.Length..] : right);
            if (vocabulary.Find(left) is not { } first || vocabulary.Find(right) is not { } second || vocabulary.Find(joined) is not { } id)
                throw new ModelPackageException($"{source}: the merge '{left} {right}' joins or makes a token that the vocabulary lacks.");
            this._merges[(first, second)] = (rank, id);
        }
    }

    public void Append(ReadOnlySpan<char> piece, int origin, TokenBuffer into)
    {
        foreach (var (id, start, end) in Merge(piece)) into.Add(id, origin + start, origin + end);
    }

    /// <summary>The tokens of a piece with their places in it.</summary>
    public List<(int Id, int Start, int End)> Merge(ReadOnlySpan<char> piece)
    {
        if (_options.IgnoreMerges && _vocabulary.Find(piece) is { } whole) return [(whole, 0, piece.Length)];
        var symbols = Characters(piece);
        Join(CollectionsMarshal.AsSpan(symbols));
        return symbols.FindAll(static symbol => symbol.End > symbol.Start)
            .ConvertAll(static symbol => (symbol.Id, symbol.Start, symbol.End));
    }

    /// <summary>The piece character by character, before any joining.</summary>
    private List<Symbol> Characters(ReadOnlySpan<char> piece)
    {
        var symbols = new List<Symbol>(piece.Length);
        (int Start, int End)? missing = null;
        for (int at = 0, length; at < piece.Length; at += length)
        {
            Rune.DecodeFromUtf16(piece[at..], out var rune, out length);
            var (start, end) = (at, at + length);
            if (Find(piece[start..end], start > 0, end == piece.Length, out var written) is { } id)
            {
                Flush();
                Add(id, start, end);
            }
            else if (!TryAddBytes(written, start, end) && _unknown is not null)
            {
                if (missing is not null && !_options.FuseUnknown) Flush();
                missing = (missing?.Start ?? start, end);
            }
        }

        Flush();
        return symbols;

        void Add(int id, int start, int end) => symbols.Add(new Symbol(id, start, end, symbols.Count - 1, symbols.Count + 1));

        void Flush()
        {
            if (missing is { } place) Add(_unknown!.Value, place.Start, place.End);
            missing = null;
        }

        bool TryAddBytes(string text, int start, int end)
        {
            if (!_options.ByteFallback) return false;
            var ids = Encoding.UTF8.GetBytes(text)
                .Select(value => _vocabulary.Find($"<0x{value.ToString("X2", CultureInfo.InvariantCulture)}>"))
                .ToList();
            if (ids.Contains(null)) return false;
            foreach (var id in ids) Add(id!.Value, start, end);
            return true;
        }
    }

    private int? Find(ReadOnlySpan<char> character, bool continues, bool ends, out string written)
    {
        written = "";
        if (_options.Prefix.Length == 0 && _options.Suffix.Length == 0 && !_options.ByteFallback) return _vocabulary.Find(character);
        written = $"{(continues ? _options.Prefix : "")}{character}{(ends ? _options.Suffix : "")}";
        return _vocabulary.Find(written);
    }

    private void Join(Span<Symbol> symbols)
    {
        var queue = new PriorityQueue<(int At, int Id), (int Rank, int At)>();
        for (var at = 0; at + 1 < symbols.Length; at++) Consider(symbols, at, queue);
        while (queue.TryDequeue(out var candidate, out _))
        {
            ref var left = ref symbols[candidate.At];
            if (left.IsGone || left.Next >= symbols.Length) continue;
            ref var right = ref symbols[left.Next];
            if (!_merges.TryGetValue((left.Id, right.Id), out var merge) || merge.Id != candidate.Id) continue; // joined with another meanwhile
            (left.Id, left.End, left.Next) = (merge.Id, right.End, right.Next);
            right.Start = right.End; // gone
            if (left.Next < symbols.Length) symbols[left.Next].Previous = candidate.At;
            if (left.Previous >= 0) Consider(symbols, left.Previous, queue);
            Consider(symbols, candidate.At, queue);
        }
    }

    private void Consider(ReadOnlySpan<Symbol> symbols, int at, PriorityQueue<(int At, int Id), (int Rank, int At)> queue)
    {
        if (symbols[at].Next < symbols.Length && _merges.TryGetValue((symbols[at].Id, symbols[symbols[at].Next].Id), out var merge))
            queue.Enqueue((at, merge.Id), (merge.Rank, at));
    }

    private struct Symbol(int id, int start, int end, int previous, int next)
    {
        public int Id = id, Start = start, End = end, Previous = previous, Next = next;

        public readonly bool IsGone => Start == End;
    }
}
