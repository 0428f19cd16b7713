using System.Text;

namespace StreamBert.Model.Tokenization.Normalizers;

/// <summary>A normalizer that processes every character independently.</summary>
internal abstract class CharacterNormalizer : INormalizer
{
    public void Normalize(NormalizedText source, NormalizedText target)
    {
        target.Clear();
        foreach (var (code, span) in source.ToRunes()) Add(new Rune(code), span, target);
    }

    protected abstract void Add(Rune rune, TokenSpan source, NormalizedText target);
}
