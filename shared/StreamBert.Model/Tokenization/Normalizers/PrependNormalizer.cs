namespace StreamBert.Model.Tokenization.Normalizers;

/// <summary>The normalizer Prepend; an empty text stays empty.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    public void Normalize(NormalizedText source, NormalizedText target)
    {
        target.Clear();
        if (source.Length == 0) return;
        target.Add(prefix, new TokenSpan(source.SourceStart(0), source.SourceStart(0)));
        target.Add(source, 0, source.Length);
    }
}
