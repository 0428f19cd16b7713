using System.Text;

namespace StreamBert.Model.Tokenization.Normalizers;

/// <summary>The normalizer Nmt, which cleans control characters and white space as SentencePiece's translation models do.</summary>
internal sealed class NmtNormalizer : CharacterNormalizer
{
    protected override void Add(Rune rune, TokenSpan source, NormalizedText target)
    {
        switch (rune.Value)
        {
            case >= 0x01 and <= 0x08 or 0x0B or >= 0x0E and <= 0x1F or 0x7F or 0x8F or 0x9F:
                break;
            case 0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or >= 0x200B and <= 0x200F or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD:
                target.Add(' ', source);
                break;
            default:
                target.Add(rune, source);
                break;
        }
    }
}
