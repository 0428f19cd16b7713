using System.Text;
using StreamBert.Model.Tokenization.BytePair;
using StreamBert.Model.Tokenization.Patterns;

namespace StreamBert.Model.Tokenization.PreTokenizers;

/// <summary>The pre-tokenizer ByteLevel: converts pre-tokens to byte-level text, optionally after splitting them as GPT-2 does.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool splitsWords) : IPreTokenizer
{
    private static readonly ByteLevelWordPattern WordPattern = new();

    public PreTokenizedText Split(PreTokenizedText text)
    {
        var (byteLevelText, ranges) = (new NormalizedText(), new List<TokenSpan>());
        foreach (var (start, end) in text.Ranges)
        {
            var preToken = Extract(text.Text, start, end);
            foreach (var word in splitsWords ? WordPattern.Split(preToken.Text, 0) : [new PatternSegment(0, preToken.Length, true)])
            {
                var first = byteLevelText.Length;
                AddBytes(preToken, word, byteLevelText);
                ranges.Add(new TokenSpan(first, byteLevelText.Length));
            }
        }

        return new PreTokenizedText(byteLevelText, ranges);
    }

    private NormalizedText Extract(NormalizedText text, int start, int end)
    {
        var preToken = new NormalizedText();
        if (addPrefixSpace && text.Text[start] != ' ') preToken.Add(' ', new TokenSpan(text.SourceStart(start), text.SourceStart(start)));
        preToken.Add(text, start, end);
        return preToken;
    }

    private static void AddBytes(NormalizedText preToken, PatternSegment word, NormalizedText target)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (int position = word.Start, length; position < word.End; position += length)
        {
            Rune.DecodeFromUtf16(preToken.Text[position..], out var rune, out length);
            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
                target.Add(ByteLevel.GetCharacter(value), new TokenSpan(preToken.SourceStart(position), preToken.SourceEnd(position)));
        }
    }
}
