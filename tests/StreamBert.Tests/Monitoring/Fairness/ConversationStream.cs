using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Fairness;

/// <summary>
/// Feeds a fairness detector with whole windows of texts in conversations: 3 to 8 texts of one mood, spread over minutes, or single texts.
/// </summary>
internal sealed class ConversationStream
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly ActiveAlerts NoAlerts = new(new HashSet<string>(), new HashSet<string>());

    private readonly FairnessDetector _detector;
    private readonly AlertStateMachine _alerts = new(new(), [], 4);
    private readonly HashSet<string> _groups = [];
    private readonly Random _random;
    private readonly TimeSpan _window;
    private readonly List<(int Window, ulong Key, string Group, bool IsSelected)> _later = [];
    private ulong _nextConversation = 1;

    public ConversationStream(int seed, TimeSpan window)
    {
        (_random, _window) = (new(seed), window);
        var pipeline = SyntheticStream.Pipeline with { Monitor = SyntheticStream.Pipeline.Monitor with { Window = window } };
        _detector = new(pipeline, Rule, new(), TimeSpan.FromDays(7), State);
    }

    public static FairnessRule Rule { get; } = new() { Attribute = "region" };
    public FairnessState State { get; } = new();
    public int Windows { get; private set; }
    public int Raised { get; private set; }
    public List<FairnessReported> Reports { get; } = [];
    public Assessment? Last { get; private set; }
    public bool IsFiring => _alerts.Active().ContainsAny(AlertKinds.Fairness);

    /// <summary>Feeds a window of single texts, and returns the changes of the alert.</summary>
    public string[] Feed(params (string Group, int Texts, double Rate)[] groups)
    {
        var window = NextWindow(groups.Select(static group => group.Group));
        foreach (var (group, texts, rate) in groups)
        {
            for (var text = 0; text < texts; text++)
                Add(window, _nextConversation++, group, _random.NextDouble() < rate);
        }
        return Assess(window);
    }

    /// <summary>Feeds a window in which a Poisson number of conversations begins in each group.</summary>
    public string[] FeedConversations(params (string Group, double Conversations, double Rate)[] groups)
    {
        var counts = NextWindow(groups.Select(static group => group.Group));
        foreach (var (group, conversations, rate) in groups)
        {
            for (var count = Poisson(conversations); count > 0; count--)
                Begin(group, _random.NextDouble() < rate);
        }
        foreach (var (_, key, group, isSelected) in _later.Where(text => text.Window <= Windows))
            Add(counts, key, group, isSelected);
        _later.RemoveAll(text => text.Window <= Windows);
        return Assess(counts);
    }

    /// <summary>Plans the texts of a conversation: each comes in the window of the one before it or in one of the next two.</summary>
    private void Begin(string group, bool isSelected)
    {
        var (window, texts) = (Windows, _random.Next(3, 9));
        for (; texts > 0; texts--)
        {
            _later.Add((window, _nextConversation, group, isSelected));
            window += _random.Next(3);
        }
        _nextConversation++;
    }

    private WindowCounts NextWindow(IEnumerable<string> groups)
    {
        _groups.UnionWith(groups);
        return new()
        {
            Start = Start + Windows++ * _window,
            Groups = { [Rule.Id()] = _groups.ToDictionary(static group => group, static _ => new GroupCounts()) },
        };
    }

    private static void Add(WindowCounts window, ulong conversation, string group, bool isSelected)
    {
        window.Groups[Rule.Id()][group].Add(isSelected, 0.8);
        int[] cells = [window.Clusters.IdOf(ClusterCell.OfGroup(Rule.Id(), group, isSelected))];
        window.Clusters.Add(new(conversation, IsStory: false), cells, capacity: 100_000);
    }

    private string[] Assess(WindowCounts window)
    {
        var tracked = new TrackedNames(new HashSet<string>(), new Dictionary<string, IReadOnlySet<string>> { [Rule.Id()] = _groups }, []);
        var closed = new WindowClosed(window, new(window.Start, window.Start + _window), tracked);
        Last = _detector.Assess(closed, NoAlerts).Single();
        var transition = _alerts.Apply(Last);
        if (transition is not null)
            _detector.OnTransition(transition);
        Reports.AddRange(_detector.Report(closed).Cast<MonitorReport.Fairness>().Select(static report => report.Value));
        Raised += transition is Transition.Raised ? 1 : 0;
        return transition is null ? [] : [transition is Transition.Raised ? "raised" : "resolved"];
    }

    private int Poisson(double mean)
    {
        var count = 0;
        for (var at = -Math.Log(1 - _random.NextDouble()); at < mean; at -= Math.Log(1 - _random.NextDouble()))
            count++;
        return count;
    }
}
