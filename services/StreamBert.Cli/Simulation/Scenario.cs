namespace StreamBert.Cli.Simulation;

/// <summary>
/// Defines what the simulator writes as a pure function of the time since its start: a baseline; a surge of negative news on one topic;
/// recovery; a period in which the chats of one region are more negative; then several minutes with a shifted mix of news; the baseline;
/// and again from the start.
/// </summary>
internal static class Scenario
{
    public const string SurgeTopic = "Energy | Oil";
    public const string UnfairRegion = "west";

    /// <summary>The time after which the scenario repeats.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(25);

    private static readonly (double From, double To) Surge = (100, 220);
    private static readonly (double From, double To) Unfairness = (250, 1000);
    private static readonly (double From, double To) Drift = (1040, 1280);

    /// <summary>The topics in the baseline: texts per second, share of negative and share of positive texts.</summary>
    private static readonly TextRate[] BaselineNews =
    [
        new(SurgeTopic, 3.2, 0.20, 0.25),
        new("Earnings", 3.4, 0.22, 0.28),
        new("Stock Movement", 2.8, 0.30, 0.35),
        new("Company | Product News", 2.6, 0.10, 0.15),
        new("Analyst Update", 2.2, 0.25, 0.30),
        new("M&A | Investments", 1.8, 0.10, 0.20),
        new("Macro", 1.8, 0.20, 0.20),
        new("Fed | Central Banks", 1.6, 0.15, 0.12),
        new("Dividend", 1.4, 0.06, 0.24),
        new("Gold | Metals | Materials", 1.4, 0.20, 0.25),
        new("Legal | Regulation", 1.2, 0.25, 0.10),
        new("Currencies", 1.0, 0.22, 0.22),
        new("Politics", 0.8, 0.12, 0.08),
    ];

    private static readonly string[] DriftTopics = ["M&A | Investments", "Dividend", "Analyst Update"];
    private static readonly string[] Regions = ["north", "south", "east", UnfairRegion];

    /// <summary>Returns the name of the phase, for display.</summary>
    public static string GetPhase(TimeSpan elapsed)
    {
        var second = GetSecond(elapsed);
        string[] phases =
        [
            .. Contains(Surge, second) ? [$"surge of negative news on {SurgeTopic}"] : (string[])[],
            .. Contains(Drift, second) ? ["drift of topics and sentiment"] : (string[])[],
            .. Contains(Unfairness, second) ? [$"more negative chats in region {UnfairRegion}"] : (string[])[],
        ];
        return phases.Length == 0 ? "baseline" : string.Join("; ", phases);
    }

    /// <summary>Returns the rates of headlines by topic.</summary>
    public static IReadOnlyList<TextRate> GetNews(TimeSpan elapsed)
    {
        var second = GetSecond(elapsed);
        if (Contains(Surge, second))
            return [.. BaselineNews.Select(ApplySurge)];
        return Contains(Drift, second) ? [.. BaselineNews.Select(ApplyDrift)] : BaselineNews;
    }

    /// <summary>Returns the rates of chats by region.</summary>
    public static IReadOnlyList<TextRate> GetChats(TimeSpan elapsed)
    {
        var isUnfair = Contains(Unfairness, GetSecond(elapsed));
        return
        [
            .. Regions.Select(region => isUnfair && region == UnfairRegion
                ? new TextRate(region, 5.5, 0.60, 0.08)
                : new TextRate(region, 5.5, 0.22, 0.18)),
        ];
    }

    private static TextRate ApplySurge(TextRate rate) =>
        rate.Kind == SurgeTopic ? rate with { PerSecond = 10, Negative = 0.82, Positive = 0.04 } : rate;

    /// <summary>Increases three topics, decreases the others, and makes all more positive.</summary>
    private static TextRate ApplyDrift(TextRate rate) => rate with
    {
        PerSecond = rate.PerSecond * (DriftTopics.Contains(rate.Kind) ? 2.8 : 0.5),
        Negative = rate.Negative * 0.4,
        Positive = Math.Min(0.75, rate.Positive + 0.35),
    };

    private static double GetSecond(TimeSpan elapsed) => elapsed.TotalSeconds % Length.TotalSeconds;

    private static bool Contains((double From, double To) span, double second) => second >= span.From && second < span.To;
}
