namespace StreamBert.Model.Tokenization;

/// <summary>An occurrence of an added token, including the white space that it absorbs.</summary>
/// <param name="Token">Null at the end of the text, where no further token follows.</param>
/// <param name="Span">The position of the token itself, without white space.</param>
internal readonly record struct AddedTokenMatch(int Start, int End, AddedToken? Token, TokenSpan Span);
