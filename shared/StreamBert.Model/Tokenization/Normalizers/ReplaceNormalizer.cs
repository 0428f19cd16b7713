using StreamBert.Model.Tokenization.Patterns;

namespace StreamBert.Model.Tokenization.Normalizers;

/// <summary>The normalizer Replace, which replaces every match of a pattern.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string replacement) : INormalizer
{
    public void Normalize(NormalizedText source, NormalizedText target)
    {
        target.Clear();
        foreach (var (start, end, isMatch) in pattern.Split(source.Text, 0))
        {
            if (isMatch) target.Add(replacement, new TokenSpan(source.SourceStart(start), source.SourceEnd(end - 1)));
            else target.Add(source, start, end);
        }
    }
}
