using StreamBert.Contracts;

namespace StreamBert.Monitoring.Windows;

/// <summary>An entity that a text mentions, and the label that counts for it.</summary>
/// <param name="Segment">The segment of the entity.</param>
/// <param name="Head">The head of the label: sentiment, or the head that names entities in a pipeline without sentiment.</param>
/// <param name="Label">The label.</param>
/// <param name="Confidence">The confidence of the label.</param>
internal sealed record EntityMention(string Segment, string Head, string Label, double Confidence);

/// <summary>Finds the entities that a text of a pipeline mentions.</summary>
internal sealed class EntityMentions(PipelineOptions pipeline)
{
    /// <summary>Bounds the entities of one text that count, so that one text cannot flood the candidates.</summary>
    private const int MaxMentions = 16;

    /// <summary>Longer names are not counted.</summary>
    private const int MaxNameLength = 80;

    private readonly string? _entityHead = pipeline.FirstDimension(SegmentKind.Entity);

    /// <summary>Returns each entity once.</summary>
    public List<EntityMention> Find(TextClassified prediction)
    {
        if (_entityHead is not { } entityHead || prediction.Entities is not { } entities)
            return [];
        var sentiment = prediction.Heads.GetValueOrDefault(pipeline.WatchedLabel.Head);
        return [.. entities.Where(entity => entity.Head == entityHead && entity.Text is { Length: <= MaxNameLength }).Take(MaxMentions)
            .DistinctBy(static entity => SeriesKey.OfEntity(entity.Type, entity.Text!))
            .Select(entity => Mention(entity, entityHead, sentiment))];
    }

    private EntityMention Mention(Entity entity, string entityHead, HeadPrediction? sentiment)
    {
        var segment = SeriesKey.OfEntity(entity.Type, entity.Text!);
        return sentiment is null
            ? new(segment, entityHead, entity.Type, entity.Confidence)
            : new(segment, pipeline.WatchedLabel.Head, sentiment.Label, sentiment.Confidence);
    }
}
