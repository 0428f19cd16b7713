namespace StreamBert.Model.Tokenization.Pipeline;

/// <summary>The model WordLevel: a pre-token is one token, or the unknown token.</summary>
internal sealed class WordLevelModel(Vocabulary vocabulary, int unknown) : ITokenModel
{
    public void Append(ReadOnlySpan<char> preToken, int origin, TokenBuffer buffer) =>
        buffer.Add(vocabulary.Find(preToken) ?? unknown, origin, origin + preToken.Length);
}
