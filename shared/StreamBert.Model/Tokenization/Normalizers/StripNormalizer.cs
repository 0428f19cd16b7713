namespace StreamBert.Model.Tokenization.Normalizers;

/// <summary>The normalizer Strip, which removes white space at the ends of the text.</summary>
internal sealed class StripNormalizer(bool stripLeft, bool stripRight) : INormalizer
{
    public void Normalize(NormalizedText source, NormalizedText target)
    {
        var (start, end) = (0, source.Length);
        while (stripLeft && start < end && char.IsWhiteSpace(source.Text[start])) start++;
        while (stripRight && end > start && char.IsWhiteSpace(source.Text[end - 1])) end--;
        target.Clear();
        target.Add(source, start, end);
    }
}
