namespace StreamBert.Model.Tokenization.Patterns;

/// <summary>A segment of a text that a pattern matches, or that lies between matches.</summary>
internal readonly record struct PatternSegment(int Start, int End, bool IsMatch);
