namespace StreamBert.Streaming.Log;

/// <summary>Describes a topic to create.</summary>
/// <param name="Name">The name of the topic.</param>
/// <param name="Partitions">The number of partitions.</param>
/// <param name="MaxAge">The retention by age; null keeps records of any age.</param>
/// <param name="MaxBytes">The retention by bytes per partition; null keeps any amount.</param>
public sealed record TopicSpec(string Name, int Partitions, TimeSpan? MaxAge = null, long? MaxBytes = null);
