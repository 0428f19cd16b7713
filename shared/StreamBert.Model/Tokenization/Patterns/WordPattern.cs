using System.Text;
using StreamBert.Model.Tokenization.Unicode;

namespace StreamBert.Model.Tokenization.Patterns;

/// <summary>
/// Matches runs of word characters, and runs of other characters without white space (Hugging Face: <c>Whitespace</c>,
/// <c>\w+|[^\w\s]+</c>).
/// </summary>
internal sealed class WordPattern : TextPattern
{
    protected override List<TokenSpan> FindMatches(ReadOnlySpan<char> text)
    {
        var matches = new List<TokenSpan>();
        var previous = CharacterKinds.WhiteSpace;
        for (int position = 0, length; position < text.Length; position += length)
        {
            Rune.DecodeFromUtf16(text[position..], out var rune, out length);
            var kind = GetKind(rune.Value);
            if (kind != CharacterKinds.WhiteSpace && kind == previous) matches[^1] = matches[^1] with { End = position + length };
            else if (kind != CharacterKinds.WhiteSpace) matches.Add(new TokenSpan(position, position + length));
            previous = kind;
        }

        return matches;
    }

    private static CharacterKinds GetKind(int code) =>
        CharacterTable.Is(code, CharacterKinds.Word) ? CharacterKinds.Word
        : CharacterTable.Is(code, CharacterKinds.WhiteSpace) ? CharacterKinds.WhiteSpace
        : CharacterKinds.None;
}
