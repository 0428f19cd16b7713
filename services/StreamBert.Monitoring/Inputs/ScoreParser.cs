namespace StreamBert.Monitoring.Inputs;

/// <summary>Parses the scores of heads: those with the labels of the prediction before without parsing labels.</summary>
/// <param name="names">The names that are known.</param>
/// <param name="lists">The lists of names that are known.</param>
internal sealed class ScoreParser(Utf8Names names, NameLists lists)
{
    /// <summary>Foreign producers could name any number of heads.</summary>
    private const int MaxHeads = 256;

    private readonly List<string> _labels = [];
    private readonly List<double> _scores = [];

    /// <summary>Head → its last labels, and their layout once they have been seen twice in succession.</summary>
    private readonly Dictionary<string, (string[] Labels, ScoreLayout? Layout)> _heads = [];

    /// <summary>Parses label → score. Those of heads with many labels are not kept.</summary>
    public SmallMap<double> Parse(string head, ref CompactJsonReader reader)
    {
        var start = reader;
        var (labels, layout) = _heads.GetValueOrDefault(head);
        if (layout?.TryRead(ref reader) is { } scores)
            return new(layout.Labels, scores);
        reader = start;
        var map = ParseEach(ref reader);
        if (map.Count > BufferedPrediction.MaxScores)
            return SmallMap<double>.Empty;
        if (_heads.Count >= MaxHeads)
            _heads.Clear();
        _heads[head] = (map.KeyArray, ReferenceEquals(labels, map.KeyArray) ? layout ?? ScoreLayout.Of(labels) : null);
        return map;
    }

    private SmallMap<double> ParseEach(ref CompactJsonReader reader)
    {
        _labels.Clear();
        _scores.Clear();
        for (var hasMember = reader.BeginObject(); hasMember; hasMember = reader.NextMember())
        {
            _labels.Add(names.Get(reader.ReadName()));
            _scores.Add(reader.ReadDouble());
        }
        return lists.MapOf(_labels, _scores, ref reader);
    }
}
