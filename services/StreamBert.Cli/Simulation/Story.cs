namespace StreamBert.Cli.Simulation;

/// <summary>How often a kind of text is written, and in which moods. Shares of the three moods add up to 1.</summary>
/// <param name="Kind">A finance topic, or the region a chat comes from.</param>
/// <param name="PerSecond">Texts a second.</param>
public sealed record Flow(string Kind, double PerSecond, double Negative, double Positive)
{
    public double Neutral => 1 - Negative - Positive;
}

/// <summary>
/// What the simulator tells, as a pure function of the time since it began: calm; a surge of bad news about one topic; recovery; a while
/// in which the customers of one region fare worse; then, for several minutes, other news than before; calm; and again from the start.
/// </summary>
public static class Story
{
    public const string SurgeTopic = "Energy | Oil";
    public const string WorseRegion = "west";

    /// <summary>After this time the story begins again.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(12);

    private static readonly (double From, double To) Surge = (70, 110);
    private static readonly (double From, double To) Worse = (130, 300);
    private static readonly (double From, double To) Shift = (240, 480);

    /// <summary>Topics in calm times: texts a second, share negative, share positive.</summary>
    private static readonly Flow[] CalmNews =
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

    private static readonly string[] ShiftTopics = ["M&A | Investments", "Dividend", "Analyst Update"];
    private static readonly string[] Regions = ["north", "south", "east", WorseRegion];

    /// <summary>The chapter's name, for people.</summary>
    public static string ChapterAt(TimeSpan elapsed) => Second(elapsed) switch
    {
        var t when Within(Surge, t) => $"bad news surge on {SurgeTopic}",
        var t when Within(Shift, t) => Within(Worse, t)
            ? $"other news than before; customers in the {WorseRegion} fare worse"
            : "other news than before",
        var t when Within(Worse, t) => $"customers in the {WorseRegion} fare worse",
        _ => "calm",
    };

    /// <summary>Headlines by topic.</summary>
    public static IReadOnlyList<Flow> NewsAt(TimeSpan elapsed)
    {
        var second = Second(elapsed);
        return [.. CalmNews.Select(flow => Within(Surge, second) ? Surged(flow) : Within(Shift, second) ? Shifted(flow) : flow)];
    }

    /// <summary>Chats by region.</summary>
    public static IReadOnlyList<Flow> ChatsAt(TimeSpan elapsed)
    {
        var worse = Within(Worse, Second(elapsed));
        return [.. Regions.Select(
            region => worse && region == WorseRegion ? new Flow(region, 5.5, 0.60, 0.08) : new Flow(region, 5.5, 0.22, 0.18))];
    }

    private static Flow Surged(Flow flow)
        => flow.Kind == SurgeTopic ? flow with { PerSecond = 10, Negative = 0.82, Positive = 0.04 } : flow;

    /// <summary>Deals, payouts and upgrades crowd out the rest: more of three topics, and a brighter mood in all.</summary>
    private static Flow Shifted(Flow flow)
    {
        var favoured = ShiftTopics.Contains(flow.Kind);
        return flow with
        {
            PerSecond = flow.PerSecond * (favoured ? 2.8 : 0.5),
            Negative = flow.Negative * 0.4,
            Positive = Math.Min(0.75, flow.Positive + 0.35),
        };
    }

    private static double Second(TimeSpan elapsed) => elapsed.TotalSeconds % Length.TotalSeconds;

    private static bool Within((double From, double To) span, double second) => second >= span.From && second < span.To;
}
