using StreamBert.Contracts;

namespace StreamBert.Monitoring.Windows;

/// <summary>Finds the segments of texts in one dimension.</summary>
internal sealed class DimensionReader(SegmentDimension dimension)
{
    /// <summary>Bounds the entities of one text that count, so that one text cannot flood the candidates.</summary>
    private const int MaxMentions = 16;

    /// <summary>Longer names of entities are not counted.</summary>
    private const int MaxNameLength = 80;

    /// <summary>Texts with a longer value count in the other segments.</summary>
    private const int MaxValueLength = 200;

    /// <summary>The number of segments whose names are cached.</summary>
    private const int MaxCached = 100_000;

    private readonly Dictionary<(string Value, string? Type), string> _names = [];

    /// <summary>The name of the dimension: what precedes the equals sign of its segments.</summary>
    public string Name { get; } = dimension.Key;

    /// <summary>The head whose labels are the segments, and which is therefore not counted in them.</summary>
    public string? OwnHead { get; } = dimension.Kind == SegmentKind.Head ? dimension.Name : null;

    /// <summary>Whether the segments are entities, of which a text has any number.</summary>
    public bool IsOfEntities => dimension.Kind == SegmentKind.Entity;

    /// <summary>The segment of all texts whose own segment is not tracked.</summary>
    public string Other => dimension.SegmentOf(SegmentDimension.OtherValue);

    /// <summary>Adds the segments of a text to a list, each once.</summary>
    public void Read(TextClassified text, List<TextSegment> segments)
    {
        if (IsOfEntities)
            ReadEntities(text, segments);
        else if (ValueOf(text) is { Length: > 0 } value)
            segments.Add(new(NameOf(value)));
    }

    private string? ValueOf(TextClassified text) => dimension.Kind switch
    {
        SegmentKind.Head => text.Heads.GetValueOrDefault(dimension.Name)?.Label,
        SegmentKind.Attribute => text.Attributes.GetValueOrDefault(dimension.Name),
        _ => text.Source,
    };

    private void ReadEntities(TextClassified text, List<TextSegment> segments)
    {
        foreach (var entity in text.Entities ?? [])
        {
            if (segments.Count == MaxMentions)
                return;
            if (entity.Head != dimension.Name || entity.Text is not { Length: <= MaxNameLength })
                continue;
            var name = NameOf(entity.Text, entity.Type);
            if (!segments.Exists(segment => segment.Name == name))
                segments.Add(new(name, entity));
        }
    }

    private string NameOf(string value, string? entityType = null)
    {
        if (_names.TryGetValue((value, entityType), out var name))
            return name;
        name = entityType is not null ? SeriesKey.OfEntity(entityType, value)
            : value.Length > MaxValueLength ? Other : dimension.SegmentOf(value);
        if (_names.Count >= MaxCached)
            _names.Clear();
        return _names[(value, entityType)] = name;
    }
}
