using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>A row of the feed: a story, shown by its latest copy.</summary>
internal sealed class FeedRow
{
    /// <summary>The most ids that a row remembers; the feed loads at most as many predictions that the live stream may repeat.</summary>
    private const int MaxIds = 200;

    private readonly Queue<string> _ids = [];
    private readonly HashSet<string> _known = [];
    private readonly ulong? _story;

    /// <summary>Begins a row with its first text.</summary>
    public FeedRow(TextClassified prediction)
    {
        _story = StoryOf(prediction);
        Add(prediction);
    }

    /// <summary>The latest copy.</summary>
    public TextClassified Latest { get; private set; } = null!;

    /// <summary>The number of texts of the story.</summary>
    public long Copies { get; private set; }

    /// <summary>The characters of <see cref="Ids"/>.</summary>
    public long IdLength { get; private set; }

    /// <summary>The ids of the latest copies.</summary>
    public IEnumerable<string> Ids => _ids;

    /// <summary>Whether one of the latest copies has the id.</summary>
    public bool Contains(string id) => _known.Contains(id);

    /// <summary>Whether a text is a near-duplicate of the row's first one.</summary>
    public bool IsStoryOf(TextClassified prediction) => _story is { } own && StoryOf(prediction) is { } other
        && SimHash.Distance(own, other) <= SimHash.NearDuplicateDistance;

    /// <summary>Adds a copy, which is shown from now on.</summary>
    public void Add(TextClassified prediction)
    {
        Latest = prediction;
        if (!_known.Add(prediction.Id))
            return;
        Copies++;
        _ids.Enqueue(prediction.Id);
        IdLength += prediction.Id.Length;
        if (_ids.Count <= MaxIds)
            return;
        var oldest = _ids.Dequeue();
        IdLength -= oldest.Length;
        _known.Remove(oldest);
    }

    private static ulong? StoryOf(TextClassified prediction) =>
        SimHash.TryParse(prediction.Story, out var fingerprint) ? fingerprint : null;
}
