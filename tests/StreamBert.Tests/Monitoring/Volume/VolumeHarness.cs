using MathNet.Numerics.Distributions;
using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Volume;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Volume;

/// <summary>Feeds the volume detector and the alerts with whole windows, so that a week passes in a moment.</summary>
internal sealed class VolumeHarness
{
    /// <summary>A Monday.</summary>
    public static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly Random _random;
    private readonly TimeSpan _window;
    private readonly VolumeDetector _detector;
    private readonly AlertStateMachine _alerts;

    public VolumeHarness(int seed, TimeSpan? window = null, MonitorRules? rules = null, VolumeState? state = null)
    {
        (_random, _window, State) = (new(seed), window ?? TimeSpan.FromMinutes(1), state ?? new());
        var pipeline = new PipelineOptions
        {
            Name = "news",
            Heads = ["sentiment"],
            Monitor = new() { Window = _window, Rules = rules ?? new() },
        };
        _detector = new(pipeline, State, revisableWindows: 4);
        _alerts = new(new(), [], 4);
    }

    public VolumeState State { get; }
    public DateTimeOffset Now { get; set; } = Monday;
    public List<Transition> Transitions { get; } = [];
    public List<Transition.Raised> Raised => [.. Transitions.OfType<Transition.Raised>()];

    /// <summary>Segment → share of the texts.</summary>
    public Dictionary<string, double> Segments { get; } = [];
    public Assessment Last { get; private set; } = null!;
    public long LastTexts { get; private set; }
    public int Count(string kind) => Raised.Count(raised => raised.Alert.Kind == kind);

    /// <summary>A trading day: 3 texts per minute at night, 20 before the open, 80 during it, 25 after; 2 at weekends.</summary>
    public static double TradingDay(DateTimeOffset time) => time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 2
        : time.Hour switch { >= 7 and < 9 => 20, >= 9 and < 16 => 80, >= 16 and < 20 => 25, _ => 3 };

    /// <summary>Feeds windows until a time, with Poisson counts of a rate per minute.</summary>
    public VolumeHarness FeedUntil(DateTimeOffset end, Func<DateTimeOffset, double> ratePerMinute)
    {
        while (Now < end)
        {
            var mean = ratePerMinute(Now) * _window.TotalMinutes;
            Feed(mean > 0 ? Poisson.Sample(_random, mean) : 0);
        }
        return this;
    }

    /// <summary>Feeds one window, and returns the changes of alerts.</summary>
    public IReadOnlyList<Transition> Feed(long texts, long? clusters = null)
    {
        var window = new TimeWindow(Now, Now += _window);
        var tracked = new TrackedNames(Segments.Keys.ToHashSet(), new Dictionary<string, IReadOnlySet<string>>(), []);
        LastTexts = texts;
        var closed = new WindowClosed(Counts(window.Start, texts, clusters), window, tracked);
        return Apply(_detector.Assess(closed, _alerts.Active()), _alerts.Apply);
    }

    /// <summary>Revises the window that began some windows ago.</summary>
    public IReadOnlyList<Transition> Revise(int windowsAgo, long texts)
    {
        var start = Now - (windowsAgo + 1) * _window;
        var revised = new WindowRevised(Counts(start, texts, null), new(start, start + _window), [("sentiment", SeriesKey.All)]);
        return Apply(_detector.Reassess(revised), assessment => _alerts.ApplyRevision(assessment, Now));
    }

    private WindowCounts Counts(DateTimeOffset start, long texts, long? clusters)
    {
        var counts = new WindowCounts { Start = start, Count = texts };
        Set(SeriesKey.All, texts, clusters ?? texts);
        foreach (var (segment, share) in Segments)
        {
            long drawn = Binomial.Sample(_random, share, (int)texts);
            Set(segment, drawn, drawn);
        }
        return counts;

        void Set(string segment, long count, long distinct)
        {
            if (count > 0 || segment == SeriesKey.All)
                (counts.VolumeOf(segment).Count, counts.VolumeOf(segment).Clusters) = (count, distinct);
        }
    }

    private List<Transition> Apply(IReadOnlyList<Assessment> assessments, Func<Assessment, Transition?> apply)
    {
        if (assessments.Count > 0)
            Last = assessments[0];
        var transitions = assessments.Select(apply).OfType<Transition>().ToList();
        transitions.ForEach(_detector.OnTransition);
        Transitions.AddRange(transitions);
        return transitions;
    }
}
