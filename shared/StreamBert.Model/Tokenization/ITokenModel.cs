namespace StreamBert.Model.Tokenization;

/// <summary>The model of a tokenizer (Hugging Face: <c>model</c>): splits a pre-token into the tokens of the vocabulary.</summary>
internal interface ITokenModel
{
    /// <summary>Appends the tokens of a pre-token that begins at the index <paramref name="origin"/> of its text.</summary>
    void Append(ReadOnlySpan<char> preToken, int origin, TokenBuffer buffer);
}
