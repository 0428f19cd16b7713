using System.Buffers;
using System.Text;
using StreamBert.Model.Tokenization.PreTokenizers;

namespace StreamBert.Model.Tokenization.Pipeline;

/// <summary>
/// Any tokenizer that a <c>tokenizer.json</c> composes of supported components, executed step by step as in the Rust <c>tokenizers</c>:
/// added tokens, normalizers, added tokens of the normalized text, pre-tokenizers, model. The compositions of BERT and RoBERTa have faster
/// implementations, for which this one is the reference.
/// </summary>
internal sealed class TokenizerPipeline : TextTokenizer
{
    private readonly PipelineComponents _components;
    private readonly AddedTokenMatcher _normalizedTokens;

    public TokenizerPipeline(Vocabulary vocabulary, PipelineComponents components)
        : base(vocabulary, CreateAddedTokens(components), components.SpecialTokens, components.MaxLength)
    {
        _components = components;
        _normalizedTokens = new AddedTokenMatcher(components.AddedTokens.Where(static token => token.IsNormalized)
            .Select(token => token with { Text = Normalize(token.Text).Text.ToString() }));
    }

    private protected override void AppendSegment(ReadOnlySpan<char> text, int start, int maxCount, TokenBuffer buffer)
    {
        var normalized = Normalize(text[start..], start);
        var matches = _normalizedTokens.Search(normalized.Text);
        for (var position = 0; position < normalized.Length && buffer.Count <= maxCount;)
        {
            var match = matches.Next(position);
            if (match.Start > position) AppendPreTokens(normalized, position, match.Start, maxCount, buffer);
            if (match.Token is { } token)
            {
                buffer.Add(token.Id, normalized.SourceStart(match.Span.Start), normalized.SourceEnd(match.Span.End - 1));
            }
            position = Math.Max(match.End, match.Start);
        }
    }

    private static AddedTokenMatcher CreateAddedTokens(PipelineComponents components) =>
        new(components.AddedTokens.Where(static token => !token.IsNormalized), components.Url);

    private NormalizedText Normalize(ReadOnlySpan<char> text, int origin = 0)
    {
        var (current, other) = (new NormalizedText(), new NormalizedText());
        for (int position = 0, length; position < text.Length; position += length)
        {
            var isValid = Rune.DecodeFromUtf16(text[position..], out var rune, out length) == OperationStatus.Done;
            current.Add(isValid ? rune : Rune.ReplacementChar, new TokenSpan(origin + position, origin + position + length));
        }

        foreach (var normalizer in _components.Normalizers)
        {
            normalizer.Normalize(current, other);
            (current, other) = (other, current);
        }

        return current;
    }

    private void AppendPreTokens(NormalizedText normalized, int start, int end, int maxCount, TokenBuffer buffer)
    {
        var text = new PreTokenizedText(normalized, [new TokenSpan(start, end)]);
        foreach (var preTokenizer in _components.PreTokenizers) text = preTokenizer.Split(text);
        foreach (var (from, to) in text.Ranges)
        {
            if (buffer.Count > maxCount) return;
            var first = buffer.Count;
            _components.Model.Append(text.Text.Text[from..to], from, buffer);
            buffer.AlignOffsets(first, text.Text);
        }
    }
}
