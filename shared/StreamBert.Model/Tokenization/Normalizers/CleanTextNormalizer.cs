using System.Text;
using StreamBert.Model.Tokenization.Unicode;

namespace StreamBert.Model.Tokenization.Normalizers;

/// <summary>BERT's cleaning (<c>clean_text</c>): removes control characters and replaces white space by spaces.</summary>
internal sealed class CleanTextNormalizer : CharacterNormalizer
{
    protected override void Add(Rune rune, TokenSpan source, NormalizedText target)
    {
        if (CharacterTable.Is(rune.Value, CharacterKinds.Control) && rune.Value is not ('\t' or '\n' or '\r')) return;
        if (CharacterTable.Is(rune.Value, CharacterKinds.WhiteSpace)) target.Add(' ', source);
        else target.Add(rune, source);
    }
}
