using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios.Streams;

namespace StreamBert.Monitoring.Scenarios;

/// <summary>Defines the scenarios in which nothing is wrong.</summary>
internal static class CleanScenarios
{
    private const string Old = "default-v1", New = "default-v2";

    private static readonly TimeSpan TwoWeeks = TimeSpan.FromDays(14);

    /// <summary>The scenarios in the order of the table.</summary>
    public static IReadOnlyList<ScenarioDefinition> All { get; } =
    [
        Calm("independent", "Independent texts, one series.", "10 texts/min, 20 % negative", static _ => News(10)),
        Calm("independent-100", "Independent texts of 100 topics of unequal size.", "20 texts/min, weights 1/rank, 20 % negative",
            static _ => News(20) with { Topics = ScenarioPipelines.HundredTopics, Weight = static (_, topic) => 1.0 / (topic + 1) })
            with { Pipeline = ScenarioPipelines.NewsByTopic() },
        Copies(2),
        Copies(3),
        Copies(5),
        Wandering(6),
        Wandering(8),
        Calm("trading-day", "A trading day with open, close, weekend and a holiday.",
            "3 → 20 → 80 → 25 texts/min, open and close 120, New York; holiday in week 3",
            static _ => News(1) with { Rate = TradingDay.Rate }) with { Pipeline = TradingDay.Pipeline, Learn = TwoWeeks },
        Calm("day-night", "The label mix changes with the hour of the day.",
            "10 texts/min; negative 20 ± 12 %, positive 24 ± 12 % of the rest, topics ± 50 %",
            static _ => DayNight()) with { Learn = TwoWeeks },
        Calm("conversations", "Conversations of one mood, fair groups.", "2 conversations/min of 3–8 texts, 30 % negative, 4 regions",
            static _ => Chats(2)) with { Pipeline = ScenarioPipelines.Chats() },
        Calm("skewed-clocks", "One producer in ten has a clock that is ahead.", "5 texts/min, 10 % are 2 min ahead",
            static _ => News(5) with { SkewedShare = 0.1 }),
        Calm("polled-source", "A source is polled, beside a live one.", "5 texts/min, 40 % arrive every 5 min",
            static _ => News(5) with { PolledShare = 0.4 }),
        Calm("weekend", "Few texts of another mix at weekends.", "9 texts/min, 20 % negative; at weekends 2 and 14 %",
            static _ => News(1) with
            {
                Rate = static time => time.IsWeekend ? 2 : 9,
                Negative = static (time, _) => time.IsWeekend ? 0.14 : 0.2,
            }) with { Learn = TwoWeeks },
        Calm("harmless-version", "A new version of the model answers as the one before; its label is watched in both directions.",
            "10 texts/min, 20 % negative; v1 → v2 in the middle of the judged time, both with a profile",
            static period => News(10) with { Version = time => time.Utc < MiddleOf(period) ? Old : New })
            with
            {
                Pipeline = ScenarioPipelines.News(new() { Labels = [new() { Direction = ChangeDirection.Both }] }),
                Profiles = [ScenarioPipelines.CalmSentiment(Old), ScenarioPipelines.CalmSentiment(New)],
            },
        Calm("rare-label", "A rare label is watched.", "20 texts/min of 5 topics; 2 % of them Bankruptcy",
            static _ => RareNews(static _ => 0.02)) with { Pipeline = ScenarioPipelines.NewsWithRareTopic() },
        Calm("log-lines", "The number of a label is watched in log lines, whose windows usually have none of it or one.",
            "40 lines/min of 30 templates a label, GroupStories off; 0.3 anomalies/min",
            static _ => LogLines(static _ => 0.3)) with { Pipeline = ScenarioPipelines.Logs() },
        Calm("busy-source", "A busy source, of which a fall to half is a silence.", "60 texts/min, SilenceRatio 0.5",
            static _ => News(60)) with { Pipeline = ScenarioPipelines.BusyNews() },
    ];

    /// <summary>Independent news at a constant rate.</summary>
    public static StreamModel News(double perMinute) => new() { Topics = ScenarioPipelines.Topics, Rate = _ => perMinute };

    /// <summary>Conversations at a constant rate.</summary>
    public static StreamModel Chats(double perMinute) => new()
    {
        Topics = ScenarioPipelines.Intents,
        TopicHead = "intent",
        Rate = _ => perMinute,
        Negative = static (_, _) => 0.3,
        Conversations = new(),
    };

    /// <summary>News of which a share is about a rare topic.</summary>
    public static StreamModel RareNews(Func<StreamTime, double> share) => News(20) with
    {
        Topics = [.. ScenarioPipelines.Topics, ScenarioPipelines.RareTopic],
        Weight = (time, topic) => topic == ScenarioPipelines.Topics.Count ? share(time)
            : (1 - share(time)) / ScenarioPipelines.Topics.Count,
    };

    /// <summary>Log lines: 40 per minute that are no anomaly, and the stated number of anomalies.</summary>
    public static StreamModel LogLines(Func<StreamTime, double> anomalies) => new()
    {
        Topics = ScenarioPipelines.Severities,
        TopicHead = "severity",
        HasSentiment = false,
        LogTemplates = 30,
        Rate = time => 40 + anomalies(time),
        Weight = (time, label) => label switch { 0 => anomalies(time), 1 => 2, 2 => 5, _ => 33 },
    };

    private static ScenarioDefinition Calm(
        string name, string description, string parameters, Func<ScenarioPeriod, StreamModel> model) => new()
        {
            Name = name,
            Description = description,
            Parameters = parameters,
            Pipeline = ScenarioPipelines.News(),
            Model = model,
        };

    private static ScenarioDefinition Copies(int mean) => Calm(
        $"copies-{mean}", "Stories are syndicated: near-identical copies follow within an hour.",
        $"2 stories/min, {mean} texts a story (geometric), 15 min apart on average, 20 % negative",
        _ => News(2) with { MeanCopies = mean });

    private static ScenarioDefinition Wandering(int points) => Calm(
        $"wandering-{points}", "The negative share wanders.",
        $"10 texts/min, 20 % negative with a standard deviation of {points} points, AR(1) of 15 min",
        _ => News(10) with { Wander = points / 100.0 });

    private static StreamModel DayNight() => News(10) with
    {
        Negative = static (time, _) => 0.2 + 0.12 * Wave(time),
        Positive = static time => 0.24 - 0.12 * Wave(time),
        Weight = static (time, topic) => 1 + 0.5 * Wave(time) * (topic % 2 == 0 ? 1 : -1),
    };

    private static DateTimeOffset MiddleOf(ScenarioPeriod period) => period.JudgedFrom + (period.Whole.End - period.JudgedFrom) / 2;

    private static double Wave(StreamTime time) => Math.Sin(2 * Math.PI * time.Hour / 24);
}
