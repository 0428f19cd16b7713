using StreamBert.Contracts;

namespace StreamBert.Monitoring.Windows;

/// <summary>A segment of a text.</summary>
/// <param name="Name">The segment, such as <c>topic=Energy</c>.</param>
/// <param name="Entity">The entity that the text mentions, in a dimension of entities.</param>
internal readonly record struct TextSegment(string Name, Entity? Entity = null);
