namespace StreamBert.Model.Entities;

/// <summary>A word of a text.</summary>
/// <param name="FirstToken">Index of its first token, whose tag is that of the word.</param>
/// <param name="Start">Index of its first UTF-16 code unit in the text.</param>
/// <param name="End">Index after its last UTF-16 code unit.</param>
internal readonly record struct WordSpan(int FirstToken, int Start, int End);
