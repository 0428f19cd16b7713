namespace StreamBert.Contracts;

/// <summary>Holds a token of a text.</summary>
/// <param name="Id">The id in the vocabulary.</param>
/// <param name="Start">The first character in the text, in UTF-16 code units.</param>
/// <param name="End">The character after the last.</param>
/// <param name="Special">The name of a special token, which is not part of the text; null for tokens of the text.</param>
public sealed record TextToken(int Id, int Start, int End, string? Special = null);
