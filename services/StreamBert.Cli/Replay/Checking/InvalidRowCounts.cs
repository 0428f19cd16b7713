using StreamBert.Streaming.Reading;

namespace StreamBert.Cli.Replay.Checking;

/// <summary>Counts invalid rows by reason and keeps a few examples.</summary>
internal sealed class InvalidRowCounts
{
    private const int MaxExamples = 3;
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly List<string> _examples = [];

    /// <summary>The number of invalid rows.</summary>
    public long Total => _counts.Values.Sum();

    /// <summary>The description of the first invalid row; null without one.</summary>
    public string? First => _examples.FirstOrDefault();

    public void Add(Rejection fault)
    {
        _counts[fault.Reason] = _counts.GetValueOrDefault(fault.Reason) + 1;
        if (_examples.Count < MaxExamples)
            _examples.Add(fault.Detail);
    }

    public IEnumerable<string> GetNotices(long rows)
    {
        if (_counts.Count == 0)
            yield break;
        var count = Total;
        var reasons = string.Join(", ", _counts.Select(static reason => $"{reason.Key} {reason.Value:N0}"));
        yield return $"{count:N0} of {rows:N0} rows cannot be read and become dead letters ({reasons}):";
        foreach (var example in _examples)
            yield return $"  {example}";
        if (count > _examples.Count)
            yield return "  … (streambert dead-letters list shows all)";
    }
}
