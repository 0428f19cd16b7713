namespace StreamBert.Model.Tokenization.Normalizers;

/// <summary>BERT's accent stripping (<c>strip_accents</c>): decomposes canonically and removes nonspacing marks.</summary>
internal sealed class BertAccentNormalizer : INormalizer
{
    public void Normalize(NormalizedText source, NormalizedText target) => UnicodeNormalization.StripMarks(source, target);
}
