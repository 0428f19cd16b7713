namespace StreamBert.Model.Tokenization.Normalizers;

/// <summary>The normalizers NFC, NFD, NFKC and NFKD.</summary>
internal sealed class UnicodeFormNormalizer(bool isCompatibility, bool composes) : INormalizer
{
    public void Normalize(NormalizedText source, NormalizedText target)
    {
        if (!composes)
        {
            UnicodeNormalization.Decompose(source, isCompatibility, target);
            return;
        }

        var decomposed = new NormalizedText();
        UnicodeNormalization.Decompose(source, isCompatibility, decomposed);
        UnicodeNormalization.Compose(decomposed, target);
    }
}
