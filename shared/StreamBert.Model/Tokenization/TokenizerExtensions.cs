namespace StreamBert.Model.Tokenization;

/// <summary>Framing and cutting, the same for every tokenizer.</summary>
public static class TokenizerExtensions
{
    [ThreadStatic]
    private static TokenBuffer? _shared;

    /// <summary>
    /// Frames the tokens of a text by [CLS] and [SEP] (or their like); what exceeds <paramref name="maxTokens"/> is cut at the end and
    /// flagged.
    /// </summary>
    public static void Encode(this ITextTokenizer tokenizer, ReadOnlySpan<char> text, int maxTokens, TokenBuffer into)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, SpecialTokens.Framing);
        into.Clear();
        into.Add(tokenizer.Special.Cls, 0, 0);
        into.Truncated = tokenizer.Append(text, maxTokens - SpecialTokens.Framing, into);
        into.Add(tokenizer.Special.Sep, 0, 0);
        into.SecondStart = into.Count;
    }

    /// <inheritdoc cref="Encode(ITextTokenizer, ReadOnlySpan{char}, int, TokenBuffer)"/>
    public static EncodedText Encode(this ITextTokenizer tokenizer, string text, int maxTokens)
    {
        var buffer = _shared ??= new TokenBuffer();
        tokenizer.Encode(text, maxTokens, buffer);
        return buffer.ToEncodedText();
    }

    /// <summary>
    /// Frames a pair: [CLS] a [SEP] b [SEP], or &lt;s&gt; a &lt;/s&gt;&lt;/s&gt; b &lt;/s&gt;. Where both do not fit, the longer loses
    /// tokens
    /// at its end until they do (the second at a tie), as Hugging Face's <c>truncation=True</c> does.
    /// </summary>
    public static EncodedText Encode(this ITextTokenizer tokenizer, string first, string second, int maxTokens)
    {
        var special = tokenizer.Special;
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, special.PairFraming);
        var room = maxTokens - special.PairFraming;
        var (a, b) = (new TokenBuffer(), new TokenBuffer());
        var cut = tokenizer.Append(first, room, a) | tokenizer.Append(second, room, b);
        var (keptA, keptB) = LongestFirst(a.Count, b.Count, room);
        cut |= keptA + keptB < a.Count + b.Count;
        a.Count = keptA;
        b.Count = keptB;
        return Pair(special, a, b, cut);
    }

    private static (int First, int Second) LongestFirst(int first, int second, int room)
    {
        while (first + second > room)
        {
            if (first > second) first--;
            else second--;
        }

        return (first, second);
    }

    private static EncodedText Pair(SpecialTokens special, TokenBuffer first, TokenBuffer second, bool cut)
    {
        var into = new TokenBuffer { Truncated = cut };
        into.Add(special.Cls, 0, 0);
        into.Add(first);
        into.Add(special.Sep, 0, 0);
        if (special.DoubleSeparator) into.Add(special.Sep, 0, 0);
        into.SecondStart = into.Count;
        into.Add(second);
        into.Add(special.Sep, 0, 0);
        if (!special.TypesPairs) into.SecondStart = into.Count;
        return into.ToEncodedText();
    }
}
