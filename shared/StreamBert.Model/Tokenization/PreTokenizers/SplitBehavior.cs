namespace StreamBert.Model.Tokenization.PreTokenizers;

/// <summary>What happens to the segments that a pattern matches, by the names of <c>tokenizer.json</c>.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}
