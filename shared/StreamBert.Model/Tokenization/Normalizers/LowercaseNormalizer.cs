namespace StreamBert.Model.Tokenization.Normalizers;

/// <summary>The normalizer Lowercase.</summary>
internal sealed class LowercaseNormalizer : INormalizer
{
    public void Normalize(NormalizedText source, NormalizedText target) => UnicodeNormalization.ToLower(source, target);
}
