using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Drift;
using StreamBert.Monitoring.Labels;
using StreamBert.Monitoring.Volume;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Analysis;

/// <summary>
/// Feeds the detectors of a pipeline with whole windows, so that a week passes in a second. Windows are drawn from label shares with a
/// seeded generator.
/// </summary>
internal sealed class DetectorHarness
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Sentiments = ["negative", "neutral", "positive"];

    private readonly Random _random;
    private readonly AlertStateMachine _alerts;
    private readonly IDetector[] _detectors;
    private readonly List<Transition> _transitions = [];

    public DetectorHarness(int seed)
    {
        var (pipeline, options) = (SyntheticStream.Pipeline, new MonitoringOptions());
        _random = new(seed);
        _alerts = new(options.Alerts, State.Alerts, options.Windows.RevisableWindows);
        var interval = pipeline.Monitor.Rules.Budget.Per;
        _detectors =
        [
            new LabelRuleDetector(pipeline, options.Windows.RevisableWindows, State.Labels),
            new VolumeDetector(pipeline, State.Volume, 4),
            new DriftDetector(pipeline, options.Windows.RevisableWindows, State.Drift),
        ];
    }

    /// <summary>The number of windows that were fed.</summary>
    public int Windows { get; private set; }
    public PipelineState State { get; } = new();
    public int Alarms(string kind) => _transitions.Count(transition => transition is Transition.Raised && transition.Alert.Kind == kind);

    /// <summary>Feeds one window of 10 seconds, and returns the kinds of the alerts that it raised or, with a minus, resolved.</summary>
    public IReadOnlyList<string> Feed(
        double meanPerSegment, int segments, double negative, double surgeInFirst = double.NaN, double meanConfidence = 0.8)
    {
        var window = new WindowCounts { Start = Start + Windows++ * TimeSpan.FromSeconds(10), Versions = { ["v1"] = 1 } };
        var all = new SeriesCounts { Confidences = new int[SeriesCounts.Bins] };
        window.Series["sentiment"] = new() { [SeriesKey.All] = all };
        for (var segment = 0; segment < segments; segment++)
        {
            var counts = new SeriesCounts();
            window.Series["sentiment"][$"topic={segment}"] = counts;
            var share = segment == 0 && !double.IsNaN(surgeInFirst) ? surgeInFirst : negative;
            for (var texts = Poisson(meanPerSegment); texts > 0; texts--)
                Add(counts, all, share, meanConfidence);
        }
        foreach (var counts in window.Series["sentiment"].Values)
            CountEveryTextAsACluster(counts);
        window.Count = all.Count;
        var tracked = new TrackedNames(window.Series["sentiment"].Keys.ToHashSet(), new Dictionary<string, IReadOnlySet<string>>(), []);
        return Assess(new(window, new(window.Start, window.Start.AddSeconds(10)), tracked));
    }

    private static void CountEveryTextAsACluster(SeriesCounts counts)
    {
        counts.Clusters = counts.Count;
        counts.ClusterLabels = counts.Labels.ToDictionary(static label => label.Key, static label => (double)label.Value);
    }

    private void Add(SeriesCounts segment, SeriesCounts all, double negative, double meanConfidence)
    {
        var draw = _random.NextDouble();
        var label = Sentiments[draw < negative ? 0 : draw < negative + (1 - negative) / 2 ? 1 : 2];
        var confidence = Math.Clamp(meanConfidence + 0.2 * (_random.NextDouble() + _random.NextDouble() - 1), 0, 1);
        segment.Add(label, confidence, isLate: false);
        all.Add(label, confidence, isLate: false);
    }

    private List<string> Assess(WindowClosed window)
    {
        var active = _alerts.Active();
        var assessed = _detectors
            .SelectMany(detector => detector.Assess(window, active).Select(assessment => (detector, assessment))).ToList();
        List<Transition> transitions = [];
        foreach (var (detector, assessment) in assessed)
        {
            if (_alerts.Apply(assessment) is not { } transition)
                continue;
            detector.OnTransition(transition);
            transitions.Add(transition);
        }
        _transitions.AddRange(transitions);
        return [.. transitions.Select(static transition => $"{(transition is Transition.Raised ? "" : "-")}{transition.Alert.Kind}")];
    }

    private int Poisson(double mean)
    {
        var count = 0;
        for (var at = -Math.Log(1 - _random.NextDouble()); at < mean; at -= Math.Log(1 - _random.NextDouble()))
            count++;
        return count;
    }
}
