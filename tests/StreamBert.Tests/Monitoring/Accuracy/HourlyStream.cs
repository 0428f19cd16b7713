using StreamBert.Contracts;
using StreamBert.Monitoring.Accuracy;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Feedback;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Accuracy;

/// <summary>Feeds an accuracy detector with windows of one hour, whose confidences are drawn with a seeded generator.</summary>
internal sealed class HourlyStream
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly AccuracyDetector _detector;
    private readonly AlertStateMachine _alerts;
    private readonly AccuracyState _state = new();
    private readonly Random _random;

    public HourlyStream(int seed, AlertOptions? options = null)
    {
        _random = new(seed);
        _alerts = new(options ?? new(), [], 4);
        _detector = new(Pipeline, TimeSpan.FromDays(7), _state, Feedback);
    }

    public static PipelineOptions Pipeline { get; } = SyntheticStream.Pipeline with
    {
        Monitor = SyntheticStream.Pipeline.Monitor with { Window = TimeSpan.FromHours(1) },
    };

    public FeedbackState Feedback { get; } = new();

    /// <summary>The version of the model.</summary>
    public string Version { get; set; } = "v1";

    /// <summary>The changes of labels of the next window.</summary>
    public List<FeedbackChange> Labels { get; } = [];
    public List<AccuracyReported> Reports { get; } = [];
    public int Hours { get; private set; }

    /// <summary>The end of the last window.</summary>
    public DateTimeOffset Time => Start.AddHours(Hours);
    public int Raised { get; private set; }
    public Assessment? Last { get; private set; }
    public IReadOnlyDictionary<string, AccuracySeries> Segments => _state.Heads["sentiment"];

    /// <summary>Feeds an hour, and returns the changes of alerts.</summary>
    /// <param name="texts">The number of texts in each segment.</param>
    /// <param name="accuracy">The mean confidence; confidences are uniform up to 0.15 around it.</param>
    /// <param name="segments">The segments; all texts are in one of them.</param>
    public string[] Feed(int texts, double accuracy, params string[] segments)
    {
        var window = new WindowCounts { Start = Start.AddHours(Hours++), Versions = { [Version] = texts } };
        var all = SeriesCounts.ForAll();
        window.Series["sentiment"] = new() { [SeriesKey.All] = all };
        foreach (var segment in segments.DefaultIfEmpty(SeriesKey.All))
        {
            var counts = segment == SeriesKey.All ? all : window.Series["sentiment"][segment] = new();
            for (var text = 0; text < texts; text++)
            {
                var confidence = accuracy + 0.3 * (_random.NextDouble() - 0.5);
                counts.Add("neutral", confidence, isLate: false);
                if (counts != all)
                    all.Add("neutral", confidence, isLate: false);
            }
            counts.ClusterSquares = counts.Count;
        }
        all.ClusterSquares = all.Count;
        return Assess(window);
    }

    private string[] Assess(WindowCounts window)
    {
        var tracked = new TrackedNames(new HashSet<string>(), new Dictionary<string, IReadOnlySet<string>>(), []);
        var closed = new WindowClosed(window, new(window.Start, window.Start.AddHours(1)), tracked) { Labels = [.. Labels] };
        Labels.Clear();
        List<string> changes = [];
        foreach (var assessment in _detector.Assess(closed, _alerts.Active()))
        {
            Last = assessment;
            if (_alerts.Apply(assessment) is not { } transition)
                continue;
            _detector.OnTransition(transition);
            Raised += transition is Transition.Raised ? 1 : 0;
            changes.Add($"{(transition is Transition.Raised ? "+" : "-")}{assessment.Rule.Series.Segment}");
        }
        Reports.AddRange(_detector.Report(closed).Cast<MonitorReport.Accuracy>().Select(static report => report.Value));
        return [.. changes];
    }
}
