using System.Text.Json;
using MathNet.Numerics.Distributions;
using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Labels;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Labels;

/// <summary>
/// Feeds a <see cref="LabelRuleDetector"/> with simulated windows, so that a week of a hundred series passes in seconds. Times are in
/// windows of a minute since a Monday.
/// </summary>
internal sealed class LabelStream
{
    public const int Day = 1440, Week = 7 * Day;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    private readonly Random _random;
    private readonly AlertStateMachine _alerts = new(new(), [], revisableWindows: 4);
    private readonly PipelineOptions _pipeline;
    private readonly string _prefix;
    private readonly Func<string, string, double?> _reference;
    private LabelRuleDetector _detector;
    private readonly double[] _wander;
    private readonly (int Texts, int Selected)[][] _arrivals;

    public LabelStream(
        int seed, int segments, LabelRule? rule = null, Func<string, string, double?>? reference = null,
        string dimension = "head:topic", string prefix = "topic=", LabelRule? other = null,
        FalseAlarmBudget? budget = null)
    {
        (_random, _prefix) = (new(seed), prefix);
        _pipeline = new()
        {
            Name = "news",
            Heads = ["sentiment", "topic"],
            Monitor = new()
            {
                Window = Length,
                Rules = new()
                {
                    Budget = budget ?? new(),
                    Segments = [dimension],
                    Labels = [.. new[] { rule, other }.OfType<LabelRule>()],
                },
            },
        };
        Label = rule?.Label ?? "negative";
        _reference = reference ?? (static (_, _) => null);
        _detector = Create();
        (Segments, _wander) = (segments, new double[segments]);
        _arrivals = [.. Enumerable.Range(0, segments).Select(static _ => new (int, int)[128])];
    }

    public Dictionary<string, LabelRuleState> States { get; private set; } = [];
    public string Label { get; }
    public int Segments { get; }

    /// <summary>The number of windows that were fed.</summary>
    public int Windows { get; private set; }

    /// <summary>The raised and resolved alerts, with the window.</summary>
    public List<(int Window, Transition Transition)> Transitions { get; } = [];

    /// <summary>The last assessment of each series.</summary>
    public Dictionary<string, Assessment> Last { get; } = [];

    /// <summary>The texts per window of a segment.</summary>
    public Func<int, int, double> Rate { get; set; } = static (_, _) => 5;

    /// <summary>The share of the label in a segment.</summary>
    public Func<int, int, double> Share { get; set; } = static (_, _) => 0.2;

    /// <summary>The standard deviation of a share that wanders as AR(1), and its correlation time in windows.</summary>
    public (double Deviation, double Time) Wander { get; set; }

    /// <summary>The mean number of copies of a story, and the largest delay of a copy in windows.</summary>
    public (double Mean, int Delay) Copies { get; set; } = (1, 0);

    /// <summary>Whether the stream begins within the first window.</summary>
    public bool IsFirstPartial { get; init; }

    /// <summary>The windows in which an alert was raised.</summary>
    public IEnumerable<int> Raised =>
        Transitions.Where(static change => change.Transition is Transition.Raised).Select(static change => change.Window);

    /// <summary>Returns the number of alerts of a kind.</summary>
    public int Count(string kind, int from = 0) => Transitions.Count(
        change => change.Window >= from && change.Transition is Transition.Raised && change.Transition.Alert.Kind == kind);

    /// <summary>Feeds windows up to one.</summary>
    public void RunTo(int end)
    {
        while (Windows < end)
            Feed();
    }

    /// <summary>Draws and feeds one window.</summary>
    public void Feed()
    {
        var counts = new (int Texts, int Selected)[Segments];
        for (var segment = 0; segment < Segments; segment++)
            counts[segment] = Draw(segment);
        Feed(counts);
    }

    /// <summary>Feeds one window with given counts of the segments.</summary>
    public void Feed(params (int Texts, int Selected)[] counts)
    {
        var window = WindowOf(Windows, counts, out var segments);
        var tracked = new TrackedNames(segments.Keys.ToHashSet(), new Dictionary<string, IReadOnlySet<string>>(), []);
        Apply(_detector.Assess(new(window, new(window.Start, window.Start + Length), tracked), _alerts.Active()), _alerts.Apply);
        Windows++;
    }

    /// <summary>Replaces the counts of a window, as late texts do.</summary>
    public void Revise(int index, params (int Texts, int Selected)[] counts)
    {
        var window = WindowOf(index, counts, out var segments);
        var revised = new WindowRevised(
            window, new(window.Start, window.Start + Length), [.. segments.Keys.Select(static segment => ("sentiment", segment))]);
        var latest = Start + Windows * Length;
        Apply(_detector.Reassess(revised), assessment => _alerts.ApplyRevision(assessment, latest));
    }

    /// <summary>Continues with a detector that was restored from the saved state.</summary>
    public void Restore()
    {
        States = JsonSerializer.Deserialize<Dictionary<string, LabelRuleState>>(JsonSerializer.Serialize(States))!;
        _detector = Create();
    }

    private LabelRuleDetector Create() => new(_pipeline, 4, States) { ReferenceShare = _reference };

    private WindowCounts WindowOf(int index, (int Texts, int Selected)[] counts, out Dictionary<string, SeriesCounts> segments)
    {
        var window = new WindowCounts { Start = Start + index * Length, IsPartial = IsFirstPartial && index == 0 };
        segments = window.SegmentsOf("sentiment");
        segments[SeriesKey.All] = CountsOf(counts.Sum(static count => count.Texts), counts.Sum(static count => count.Selected));
        for (var segment = 0; segment < counts.Length && counts.Length > 1; segment++)
            segments[$"{_prefix}{segment:000}"] = CountsOf(counts[segment].Texts, counts[segment].Selected);
        window.Count = segments[SeriesKey.All].Count;
        return window;
    }

    private SeriesCounts CountsOf(int texts, int selected) => new()
    {
        Count = texts,
        Labels = { [Label] = selected, ["other"] = texts - selected },
        Clusters = texts,
        ClusterLabels = { [Label] = selected, ["other"] = texts - selected },
    };

    private void Apply(IReadOnlyList<Assessment> assessments, Func<Assessment, Transition?> apply)
    {
        foreach (var assessment in assessments)
        {
            Last[assessment.Rule.Series.Segment] = assessment;
            if (apply(assessment) is not { } transition)
                continue;
            _detector.OnTransition(transition);
            Transitions.Add((Windows, transition));
        }
    }

    private (int, int) Draw(int segment)
    {
        var share = Share(Windows, segment);
        if (Wander.Deviation > 0)
        {
            var keep = Math.Exp(-1 / Wander.Time);
            _wander[segment] = keep * _wander[segment] + Math.Sqrt(1 - keep * keep) * Normal.Sample(_random, 0, Wander.Deviation);
            share = Math.Clamp(share + _wander[segment], 0, 1);
        }
        for (var stories = Poisson.Sample(_random, Math.Max(1e-9, Rate(Windows, segment) / Copies.Mean)); stories > 0; stories--)
            Publish(segment, _random.NextDouble() < share);
        var now = _arrivals[segment][Windows % 128];
        _arrivals[segment][Windows % 128] = default;
        return now;
    }

    /// <summary>Publishes a story and its copies, of which each window counts one.</summary>
    private void Publish(int segment, bool isSelected)
    {
        var copies = Copies.Mean <= 1 ? 1 : 1 + Geometric.Sample(_random, 1 / Copies.Mean) - 1;
        HashSet<int> delays = [0];
        for (var copy = 1; copy < copies; copy++)
            delays.Add(_random.Next(Copies.Delay + 1));
        foreach (var delay in delays)
        {
            ref var arrivals = ref _arrivals[segment][(Windows + delay) % 128];
            arrivals = (arrivals.Texts + 1, arrivals.Selected + (isSelected ? 1 : 0));
        }
    }
}
