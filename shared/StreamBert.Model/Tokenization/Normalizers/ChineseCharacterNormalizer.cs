using System.Text;
using StreamBert.Model.Tokenization.Unicode;

namespace StreamBert.Model.Tokenization.Normalizers;

/// <summary>BERT's spaces around Chinese characters (<c>handle_chinese_chars</c>).</summary>
internal sealed class ChineseCharacterNormalizer : CharacterNormalizer
{
    protected override void Add(Rune rune, TokenSpan source, NormalizedText target)
    {
        if (!CharacterTable.IsCjk(rune.Value))
        {
            target.Add(rune, source);
            return;
        }

        target.Add(' ', source);
        target.Add(rune, source);
        target.Add(' ', source);
    }
}
