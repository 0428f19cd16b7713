namespace StreamBert.Model.Entities;

/// <summary>The words of an entity in a sentence.</summary>
/// <param name="Start">Index of its first word.</param>
/// <param name="End">Index after its last word.</param>
internal readonly record struct EntitySpan(string Type, int Start, int End);
