namespace StreamBert.Model.Tokenization;

/// <summary>Sizes that the scratch memory of a <see cref="TokenBuffer"/> and the WordPiece tokenizer agree on.</summary>
internal static class TokenizerLimits
{
    /// <summary>A word of more code points becomes the unknown token (Hugging Face: <c>max_input_chars_per_word</c>).</summary>
    public const int MaxWordLength = 100;

    /// <summary>The number of bytes in a vector register, which holds a short word.</summary>
    public const int VectorLength = 16;
}
