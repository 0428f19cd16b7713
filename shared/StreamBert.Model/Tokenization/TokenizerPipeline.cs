using System.Buffers;
using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>The parts of a tokenizer in the order in which a text passes them.</summary>
internal sealed record PipelineParts
{
    public IReadOnlyList<INormalizer> Normalizers { get; init; } = [];
    public IReadOnlyList<IPreTokenizer> PreTokenizers { get; init; } = [];
    public required IPieceModel Model { get; init; }
    public IReadOnlyList<AddedToken> Added { get; init; } = [];
    public required SpecialTokens Special { get; init; }
    public int? MaxLength { get; init; }

    /// <summary>The token that every web address becomes; null: none does.</summary>
    public AddedToken? Url { get; init; }
}

/// <summary>Cuts a normalized piece of text, which has no literal tokens in it, into tokens.</summary>
internal interface IPieceModel
{
    /// <summary>Appends the tokens of a piece that stands at <paramref name="origin"/>.</summary>
    void Append(ReadOnlySpan<char> piece, int origin, TokenBuffer into);
}

/// <summary>
/// Any tokenizer that a <c>tokenizer.json</c> composes of supported parts, step by step as the Rust <c>tokenizers</c> do it: literal
/// tokens, normalizers,
/// literal tokens of the normalized text, pre-tokenizers, model. BERT's and RoBERTa's own composition have faster readers; this one is
/// their reference.
/// </summary>
internal sealed class TokenizerPipeline : ITextTokenizer
{
    private readonly Vocabulary _vocabulary;
    private readonly PipelineParts _parts;
    private readonly Literals _written, _normalized;

    public TokenizerPipeline(Vocabulary vocabulary, PipelineParts parts)
    {
        (this._vocabulary, this._parts) = (vocabulary, parts);
        _written = new Literals(parts.Added.Where(static token => !token.Normalized), parts.Url);
        _normalized = new Literals(
            parts.Added.Where(static token => token.Normalized).Select(token => token with { Text = Normalize(token.Text).Text.ToString() }));
    }

    public SpecialTokens Special => _parts.Special;
    public int VocabularySize => _vocabulary.Size;
    public int? MaxLength => _parts.MaxLength;

    public string TokenOf(int id) => _vocabulary.TokenOf(id);

    public bool Append(ReadOnlySpan<char> text, int limit, TokenBuffer into)
    {
        var most = into.Count + limit;
        var scan = _written.In(text);
        for (var at = 0; ;)
        {
            var literal = scan.Next(at);
            if (literal.Start > at) AppendStretch(text[at..literal.Start], at, most, into);
            if (literal.Token is { } token && into.Count <= most) into.Add(token.Id, literal.Place.Start, literal.Place.End);
            if (into.Count > most)
            {
                into.Count = most;
                return true;
            }

            if (literal.Token is null) return false;
            at = literal.End;
        }
    }

    private NormalizedText Normalize(ReadOnlySpan<char> text, int origin = 0)
    {
        var (current, other) = (new NormalizedText(), new NormalizedText());
        for (int at = 0, length; at < text.Length; at += length)
        {
            var valid = Rune.DecodeFromUtf16(text[at..], out var rune, out length) == OperationStatus.Done;
            current.Add(valid ? rune : Rune.ReplacementChar, new TokenSpan(origin + at, origin + at + length));
        }

        foreach (var normalizer in _parts.Normalizers)
        {
            normalizer.Apply(current, other);
            (current, other) = (other, current);
        }

        return current;
    }

    private void AppendStretch(ReadOnlySpan<char> text, int origin, int most, TokenBuffer into)
    {
        var stretch = Normalize(text, origin);
        var scan = _normalized.In(stretch.Text);
        for (var at = 0; at < stretch.Length && into.Count <= most;)
        {
            var literal = scan.Next(at);
            if (literal.Start > at) AppendPieces(stretch, at, literal.Start, most, into);
            if (literal.Token is { } token) into.Add(token.Id, stretch.StartOf(literal.Place.Start), stretch.EndOf(literal.Place.End - 1));
            at = Math.Max(literal.End, literal.Start);
        }
    }

    private void AppendPieces(NormalizedText stretch, int start, int end, int most, TokenBuffer into)
    {
        var pieces = new Pieces(stretch, [new TokenSpan(start, end)]);
        foreach (var step in _parts.PreTokenizers) pieces = step.Apply(pieces);
        foreach (var (from, to) in pieces.Ranges)
        {
            if (into.Count > most) return;
            var first = into.Count;
            _parts.Model.Append(pieces.Text.Text[from..to], from, into);
            into.Locate(first, pieces.Text);
        }
    }
}
