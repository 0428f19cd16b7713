namespace StreamBert.Model.Tokenization.Normalizers;

/// <summary>A normalizer of the Rust <c>tokenizers</c>.</summary>
internal interface INormalizer
{
    /// <summary>Writes the normalized source to the target, which is cleared first.</summary>
    void Normalize(NormalizedText source, NormalizedText target);
}
