using StreamBert.Contracts;
using StreamBert.Monitoring.Counts;

namespace StreamBert.Monitoring.Feedback;

/// <summary>
/// What is kept of a prediction until feedback for it arrives. It is read from the prediction when it is needed first, because few
/// predictions get feedback; a checkpoint holds no text.
/// </summary>
internal sealed class HeldPrediction
{
    private readonly HeldDimensions? _dimensions;
    private TextClassified? _text;

    /// <summary>Restores a prediction of a checkpoint.</summary>
    public HeldPrediction()
    {
    }

    public HeldPrediction(TextClassified text, HeldDimensions dimensions)
    {
        (_text, _dimensions) = (text, dimensions);
        (Id, Origin) = (text.Id, text.Origin);
    }

    /// <summary>The id of the text.</summary>
    public string Id { get; init; } = "";

    /// <summary>The position of the text, by which feedback can name it, too.</summary>
    public RecordPosition? Origin { get; init; }

    /// <summary>The key of the text's cluster.</summary>
    public ulong Cluster
    {
        get => _text is null ? field : ClusterKey.Of(_text, _dimensions!.GroupsStories).Value;
        set;
    }

    /// <summary>Head → label and confidence.</summary>
    public Dictionary<string, SampledLabel> Heads
    {
        get => field ??= _text?.Heads.ToDictionary(
            static head => head.Key, static head => new SampledLabel(head.Value.Label, head.Value.Confidence)) ?? [];
        set;
    }

    /// <summary>The segments and groups of the text, such as <c>topic=Energy</c> and <c>region=north</c>.</summary>
    public List<string> Segments
    {
        get => field ??= _text is null ? [] : [.. _dimensions!.SegmentsOf(_text)];
        set;
    }

    /// <summary>Keeps what is needed and releases the prediction with its text, for one that is held long.</summary>
    public void ReleaseText() => (Cluster, Heads, Segments, _text) = (Cluster, Heads, Segments, null);
}
