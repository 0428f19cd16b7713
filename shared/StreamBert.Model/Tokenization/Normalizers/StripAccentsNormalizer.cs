using System.Text;
using StreamBert.Model.Tokenization.Unicode;

namespace StreamBert.Model.Tokenization.Normalizers;

/// <summary>The normalizer StripAccents, which removes marks without decomposing characters.</summary>
internal sealed class StripAccentsNormalizer : CharacterNormalizer
{
    protected override void Add(Rune rune, TokenSpan source, NormalizedText target)
    {
        if (CharacterTable.Is(rune.Value, CharacterKinds.AnyMark)) target.ExtendLast(source.End);
        else target.Add(rune, source);
    }
}
