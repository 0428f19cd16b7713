namespace StreamBert.Privacy.Erasure;

/// <summary>The content that a record holds of a subject, from the weakest to the strongest finding.</summary>
internal enum SubjectContent
{
    None,
    Unknown,
    NoText,
    Erased,
    SealedAgain,
    UnknownKey,
    Readable,
}

/// <summary>Counts the findings in one place.</summary>
internal sealed class ContentTally
{
    private const int MaxExamples = 20;
    private readonly Dictionary<SubjectContent, long> _counts = [];
    private readonly List<string> _examples = [];

    private long this[SubjectContent content] => _counts.GetValueOrDefault(content);

    public void Add(SubjectContent content, Func<string> describePosition)
    {
        _counts[content] = this[content] + 1;
        if (content == SubjectContent.Readable && _examples.Count < MaxExamples)
            _examples.Add(describePosition());
    }

    public PlaceProof ToProof(string place) => new(
        place,
        _counts.Where(static count => count.Key is not (SubjectContent.None or SubjectContent.Unknown)).Sum(static count => count.Value),
        this[SubjectContent.Erased],
        this[SubjectContent.SealedAgain],
        this[SubjectContent.NoText],
        this[SubjectContent.UnknownKey],
        this[SubjectContent.Readable],
        this[SubjectContent.Unknown],
        _examples);
}
