using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>A step of normalization as the Rust <c>tokenizers</c> have it.</summary>
internal interface INormalizer
{
    /// <summary>Writes the normalized text; <paramref name="into"/> is cleared first.</summary>
    void Apply(NormalizedText from, NormalizedText into);
}

/// <summary>A normalizer that treats every character by itself.</summary>
internal abstract class CharacterNormalizer : INormalizer
{
    public void Apply(NormalizedText from, NormalizedText into)
    {
        into.Clear();
        foreach (var (code, source) in from.Runes()) Add(new Rune(code), source, into);
    }

    protected abstract void Add(Rune rune, TokenSpan source, NormalizedText into);
}

/// <summary>BERT's cleaning: controls are dropped, white space is a space.</summary>
internal sealed class CleanText : CharacterNormalizer
{
    protected override void Add(Rune rune, TokenSpan source, NormalizedText into)
    {
        if (Characters.Is(rune.Value, CharacterKinds.Control) && rune.Value is not ('\t' or '\n' or '\r')) return;
        if (Characters.Is(rune.Value, CharacterKinds.White)) into.Add(' ', source);
        else into.Add(rune, source);
    }
}

/// <summary>BERT's spaces around Chinese characters.</summary>
internal sealed class SplitChinese : CharacterNormalizer
{
    protected override void Add(Rune rune, TokenSpan source, NormalizedText into)
    {
        if (!Characters.IsCjk(rune.Value))
        {
            into.Add(rune, source);
            return;
        }

        into.Add(' ', source);
        into.Add(rune, source);
        into.Add(' ', source);
    }
}

internal sealed class LowerCase : CharacterNormalizer
{
    protected override void Add(Rune rune, TokenSpan source, NormalizedText into) => UnicodeTables.AddLower(rune, source, into);
}

/// <summary>BERT's stripping of accents: canonical decomposition without nonspacing marks.</summary>
internal sealed class StripBertAccents : INormalizer
{
    public void Apply(NormalizedText from, NormalizedText into) => UnicodeNormalization.StripMarks(from, into);
}

/// <summary>The normalizer StripAccents, which drops marks and decomposes nothing.</summary>
internal sealed class DropMarks : CharacterNormalizer
{
    protected override void Add(Rune rune, TokenSpan source, NormalizedText into)
    {
        if (Characters.Is(rune.Value, CharacterKinds.AnyMark)) into.ExtendLast(source.End);
        else into.Add(rune, source);
    }
}

/// <summary>NFC, NFD, NFKC, NFKD.</summary>
internal sealed class UnicodeForm(bool compatible, bool composes) : INormalizer
{
    public void Apply(NormalizedText from, NormalizedText into)
    {
        if (!composes)
        {
            UnicodeNormalization.Decompose(from, compatible, into);
            return;
        }

        var decomposed = new NormalizedText();
        UnicodeNormalization.Decompose(from, compatible, decomposed);
        UnicodeNormalization.Compose(decomposed, into);
    }
}

/// <summary>The normalizer Nmt: the controls and kinds of white space of SentencePiece's translation models.</summary>
internal sealed class Nmt : CharacterNormalizer
{
    protected override void Add(Rune rune, TokenSpan source, NormalizedText into)
    {
        switch (rune.Value)
        {
            case >= 0x01 and <= 0x08 or 0x0B or >= 0x0E and <= 0x1F or 0x7F or 0x8F or 0x9F:
                break;
            case 0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or >= 0x200B and <= 0x200F or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD:
                into.Add(' ', source);
                break;
            default:
                into.Add(rune, source);
                break;
        }
    }
}

/// <summary>The normalizer Strip: without white space at the ends.</summary>
internal sealed class StripEnds(bool left, bool right) : INormalizer
{
    public void Apply(NormalizedText from, NormalizedText into)
    {
        var (start, end) = (0, from.Length);
        while (left && start < end && char.IsWhiteSpace(from.Text[start])) start++;
        while (right && end > start && char.IsWhiteSpace(from.Text[end - 1])) end--;
        into.Clear();
        into.Add(from, start, end);
    }
}

/// <summary>The normalizer Prepend, which leaves an empty text empty.</summary>
internal sealed class PrependText(string prefix) : INormalizer
{
    public void Apply(NormalizedText from, NormalizedText into)
    {
        into.Clear();
        if (from.Length == 0) return;
        into.Add(prefix, new TokenSpan(from.StartOf(0), from.StartOf(0)));
        into.Add(from, 0, from.Length);
    }
}

/// <summary>The normalizer Replace: every match becomes the content.</summary>
internal sealed class ReplaceMatches(TextPattern pattern, string content) : INormalizer
{
    public void Apply(NormalizedText from, NormalizedText into)
    {
        into.Clear();
        foreach (var (start, end, isMatch) in pattern.Segments(from.Text, 0))
        {
            if (!isMatch) into.Add(from, start, end);
            else into.Add(content, new TokenSpan(from.StartOf(start), from.EndOf(end - 1)));
        }
    }
}
