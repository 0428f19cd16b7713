using System.Runtime.InteropServices;
using StreamBert.Contracts;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Inputs;
using StreamBert.Monitoring.Tables;

namespace StreamBert.Monitoring.Windows;

/// <summary>
/// Counts the predictions of one pipeline into windows: each head in <c>all</c> and in the segments of the text, the groups that fairness
/// rules compare, the clusters, and a sample of the texts.
/// </summary>
internal sealed class WindowCounter
{
    /// <summary>The label that stands for all labels that are not counted individually.</summary>
    public const string OtherLabels = "(other labels)";

    /// <summary>The tables of unknown heads and of excess model versions in <see cref="WindowCounts.Untracked"/>.</summary>
    public const string UnknownHeads = "heads", ExcessVersions = "model versions";

    /// <summary>Bounds the model versions of one window: there are few, but a foreign producer can name any number.</summary>
    private const int MaxVersions = 100;

    private readonly PipelineOptions _pipeline;
    private readonly WindowOptions _options;
    private readonly WindowsState _state;
    private readonly HashSet<string> _heads;
    private readonly HashSet<(string Head, string Label)> _watched;
    private readonly SegmentCounter[] _dimensions;
    private readonly GroupCounter _groups;
    private readonly string[] _attributes;
    private readonly CountedText _text = new();

    public WindowCounter(PipelineOptions pipeline, WindowOptions options, WindowsState state)
    {
        (_pipeline, _options, _state) = (pipeline, options, state);
        _heads = [.. pipeline.Heads];
        _watched = [.. pipeline.LabelRules.Select(static rule => (rule.Head, rule.Label))];
        var watchedHeads = pipeline.LabelRules.Select(static rule => rule.Head).ToHashSet();
        _dimensions =
            [.. pipeline.Dimensions.Select(dimension => new SegmentCounter(new(dimension), watchedHeads, options, state.Names))];
        _groups = new(pipeline.Monitor.Rules.Fairness, options, state.Names);
        _attributes = [.. pipeline.Monitor.Rules.Fairness.Select(static rule => rule.Attribute).Distinct()];
    }

    /// <summary>Counts a text in its window, which is still open or, if the text is late, has closed.</summary>
    public void Count(WindowCounts window, TextClassified prediction, bool isLate)
    {
        _text.Begin(prediction, isLate);
        CountAll(window);
        foreach (var dimension in _dimensions)
            dimension.Count(window, _text);
        _groups.Count(window, _text);
        if (_text.Strata.Count > 0)
        {
            _text.AddSample(_attributes, _options.SamplesPerSegment);
        }
        else
        {
            _text.Strata.Add(window.Sample.StratumOf(SeriesKey.All));
            _text.AddSample(_attributes, _options.SamplesPerWindow);
        }
        var cluster = ClusterKey.Of(prediction, _pipeline.Monitor.Rules.GroupStories);
        window.Clusters.Add(cluster, CollectionsMarshal.AsSpan(_text.Cells), _options.MaxClusters);
    }

    private void CountAll(WindowCounts window)
    {
        window.Count++;
        var volume = window.VolumeOf(SeriesKey.All);
        volume.Count++;
        _text.Cells.Add(volume.CellOf(SeriesKey.All, window.Clusters));
        window.Texts.Add(_text.Prediction, _options.EmbeddingsPerWindow);
        CountVersion(window, _text.Prediction.ModelVersion);
        foreach (var (head, predicted) in _text.Prediction.Heads)
            CountAnswer(window, new(head, predicted.Label, predicted.Confidence), predicted.Scores);
        CountEntityTypes(window);
    }

    private void CountAnswer(WindowCounts window, Answer answer, IReadOnlyDictionary<string, double>? scores = null)
    {
        if (!IsKnownHead(window, answer.Head))
            return;
        var series = window.GetOrAdd(answer.Head, SeriesKey.All);
        answer = answer with { Label = LabelOf(window, series, answer) };
        series.Add(answer.Label, answer.Confidence, _text.IsLate);
        if (scores is not null)
            AddScores(series, scores);
        _text.Cells.Add(series.CellOf(answer.Head, SeriesKey.All, answer.Label, window.Clusters));
        _text.Answers.Add(answer);
    }

    private static void AddScores(SeriesCounts series, IReadOnlyDictionary<string, double> scores)
    {
        if (scores is SmallMap<double> map)
            series.AddScores(map.KeyArray, map.ValueArray);
        else
            series.AddScores([.. scores.Keys], [.. scores.Values]);
    }

    /// <summary>Counts the types of entity that a text names, each once: they are the label mix of the head that names them.</summary>
    private void CountEntityTypes(WindowCounts window)
    {
        foreach (var entity in _text.Prediction.Entities ?? [])
        {
            if (!_text.Answers.Exists(answer => answer.Head == entity.Head && answer.Label == entity.Type))
                CountAnswer(window, new(entity.Head, entity.Type, entity.Confidence));
        }
    }

    private void CountVersion(WindowCounts window, string version)
    {
        if (window.Versions.TryGetValue(version, out var count) || window.Versions.Count < MaxVersions || IsLastVersion(version))
            window.Versions[version] = count + 1;
        else
            window.AddUntracked(ExcessVersions, 1);
    }

    private bool IsLastVersion(string version) => _state.Closed is [.., var last] && last.Version == version;

    /// <summary>Whether the pipeline has a head of that name; other heads would become series that nobody reads.</summary>
    private bool IsKnownHead(WindowCounts window, string head)
    {
        if (_heads.Count == 0 || _heads.Contains(head))
            return true;
        window.AddUntracked(UnknownHeads, 1);
        return false;
    }

    /// <summary>Returns the label if it is watched, it is tracked or there is capacity for it, else <see cref="OtherLabels"/>.</summary>
    private string LabelOf(WindowCounts window, SeriesCounts series, Answer answer)
    {
        var (head, label) = (answer.Head, answer.Label);
        if (series.Labels.Count < _options.MaxLabels || series.Labels.ContainsKey(label) || _watched.Contains((head, label))
            || _state.Names.TracksLabel(head, label))
        {
            return label;
        }
        window.AddUntracked(TableNames.Labels(head), 1);
        return OtherLabels;
    }
}
