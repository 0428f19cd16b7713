using StreamBert.Cli.Errors;
using StreamBert.Contracts;

namespace StreamBert.Cli.Backtests.RuleTests;

/// <summary>
/// Creates the predictions of a test: exactly the stated numbers and shares in each window, evenly spread, without randomness.
/// </summary>
internal sealed class TestTexts
{
    private const string Rest = "rest", OtherLabel = "other";
    private const double Confidence = 0.9;
    private const int Tokens = 12;

    private readonly PipelineOptions _pipeline;
    private readonly DateTimeOffset _start;
    private readonly List<Prepared> _series;

    /// <exception cref="CliException">A series is invalid.</exception>
    public TestTexts(RuleTest test, PipelineOptions pipeline, DateTimeOffset start)
    {
        (_pipeline, _start) = (pipeline, start);
        _series = [.. test.Series.Select(series => Prepare(test, series, pipeline))];
        Windows = _series.Max(static series => (int?)series.Texts.Count)
            ?? throw new CliException($"The test '{test.Name}' has no series.");
    }

    /// <summary>The number of windows of the longest series.</summary>
    public int Windows { get; }

    /// <summary>Returns the predictions in order of time.</summary>
    public IEnumerable<TextClassified> Create() => Enumerable.Range(0, Windows).SelectMany(window => _series.Index()
        .SelectMany(series => Create(series.Item, series.Index, window)).OrderBy(static text => text.OccurredAt));

    private IEnumerable<TextClassified> Create(Prepared series, int number, int window)
    {
        var count = (int)Math.Round(series.Texts.ElementAtOrDefault(window) ?? 0);
        var length = _pipeline.Monitor.Window;
        var labels = series.Heads.ToDictionary(static head => head.Key, head => Labels(head.Value, window, count));
        for (var text = 0; text < count; text++)
        {
            var time = _start + length * window + length * ((text + 0.5) / count);
            yield return Text(series, $"{number}-{window}-{text}", time, labels.ToDictionary(
                static head => head.Key, head => new HeadPrediction(head.Value[text], Confidence, new Dictionary<string, double>())));
        }
    }

    private TextClassified Text(Prepared series, string id, DateTimeOffset time, Dictionary<string, HeadPrediction> heads) => new()
    {
        Id = id,
        Pipeline = _pipeline.Name,
        ModelVersion = "test",
        OccurredAt = time,
        ClassifiedAt = time,
        Heads = heads,
        Attributes = series.Source.Attributes,
        Source = series.Source.Source,
        Tokens = Tokens,
        Origin = new(_pipeline.Inputs[0], 0, 0),
        Timings = new(0, 0, 0),
    };

    /// <summary>Gives each text the label that is furthest behind its share, so that the shares are exact at every text.</summary>
    private static List<string> Labels(IReadOnlyDictionary<string, IReadOnlyList<double?>?> shares, int window, int count)
    {
        var stated = shares.ToDictionary(static label => label.Key, label => label.Value?.ElementAtOrDefault(window) ?? 0);
        var rest = shares.FirstOrDefault(static label => label.Value is null).Key ?? OtherLabel;
        stated[rest] = Math.Max(0, 1 - stated.Values.Sum());
        var given = stated.ToDictionary(static label => label.Key, static _ => 0);
        var labels = new List<string>(count);
        for (var text = 1; text <= count; text++)
        {
            var label = stated.MaxBy(label => label.Value * text - given[label.Key]).Key;
            given[label]++;
            labels.Add(label);
        }
        return labels;
    }

    private static Prepared Prepare(RuleTest test, TestSeries series, PipelineOptions pipeline)
    {
        if (series.Heads.Keys.FirstOrDefault(head => !pipeline.Heads.Contains(head)) is { } unknown)
        {
            throw new CliException($"The test '{test.Name}' names the head '{unknown}'; {pipeline.Name} has "
                + $"{string.Join(", ", pipeline.Heads)}.");
        }
        var heads = series.Heads.ToDictionary(
            static head => head.Key,
            static head => (IReadOnlyDictionary<string, IReadOnlyList<double?>?>)head.Value.ToDictionary(
                static label => label.Key, static label => label.Value == Rest ? null : SeriesNotation.Parse(label.Value)));
        return new(series, SeriesNotation.Parse(series.Texts), heads);
    }

    /// <summary>A series with its parsed values; a label without values has the rest.</summary>
    private sealed record Prepared(
        TestSeries Source, IReadOnlyList<double?> Texts,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<double?>?>> Heads);
}
