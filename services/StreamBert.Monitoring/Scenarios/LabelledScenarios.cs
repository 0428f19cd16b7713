using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios.Streams;

namespace StreamBert.Monitoring.Scenarios;

/// <summary>Defines the scenarios in which something is wrong in a labelled period.</summary>
internal static class LabelledScenarios
{
    private const double Calm = 0.2, Alarming = 0.7;
    private const string Affected = "topic=Energy", Old = "default-v1", New = "default-v2";

    private static readonly TimeSpan Week = TimeSpan.FromDays(7), Day = TimeSpan.FromDays(1);

    /// <summary>The scenarios in the order of the table.</summary>
    public static IReadOnlyList<ScenarioDefinition> All { get; } =
    [
        Broken("surge", "The news of one topic turns negative.", "40 texts/min, 4 topics; one 20 → 70 % negative for 30 min",
            Found(AlertKinds.LabelSurge, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(10)) with { Segment = Affected },
            static period => TopicSurge(40, period)) with { Pipeline = ScenarioPipelines.NewsByTopic() },
        Broken("label-drop", "A label that is usually frequent becomes rare.", "10 texts/min; 40 → 10 % negative for 1 h",
            Found(AlertKinds.LabelDrop, TimeSpan.FromHours(1), TimeSpan.FromMinutes(30)),
            static period => CleanScenarios.News(10) with
            {
                Negative = (time, _) => period.IsIncident(time.Utc) ? 0.1 : 0.4,
            }) with { Pipeline = ScenarioPipelines.News(new() { Labels = [new() { Direction = ChangeDirection.Below }] }) },
        SlowRise(8),
        SlowRise(12),
        SlowRise(24),
        Broken("silence-at-noon", "The feed dies at noon of a trading day.", "trading day; 80 texts/min stop from 12:00 to 14:00",
            Found(AlertKinds.VolumeSilence, TimeSpan.FromHours(2), TimeSpan.FromMinutes(3)) with { Target = 0.99, At = new(16, 0) },
            static period => CleanScenarios.News(1) with
            {
                Rate = time => period.IsIncident(time.Utc) ? 0 : TradingDay.Rate(time),
            }) with { Pipeline = TradingDay.Pipeline, Learn = Week + 4 * Day, Judged = Day },
        Broken("low-rate-surge", "A topic with few texts turns negative.", "4 topics of 5 texts/min; one 20 → 70 % negative for 3 h",
            Found(AlertKinds.LabelSurge, TimeSpan.FromHours(3), TimeSpan.FromMinutes(30)) with { Segment = Affected, Target = 0.9 },
            static period => TopicSurge(20, period)) with { Pipeline = ScenarioPipelines.NewsByTopic() },
        Broken("low-rate-death", "A source with few texts dies.", "3 texts/min, then none for 6 h",
            Found(AlertKinds.VolumeSilence, TimeSpan.FromHours(6), TimeSpan.FromMinutes(30)),
            static period => CleanScenarios.News(3) with { Rate = time => period.IsIncident(time.Utc) ? 0 : 3 }),
        Broken("vocabulary-drift", "The texts are about new things, in words that the model does not know.",
            "10 texts/min; 60 % of the texts with new words, 8 % unknown tokens, shifted embeddings",
            Lasting(AlertKinds.TokenDrift) with { Kinds = [AlertKinds.TokenDrift, AlertKinds.EmbeddingDrift] },
            static period => CleanScenarios.News(10) with { NewVocabulary = time => period.IsIncident(time.Utc) ? 0.6 : 0 }),
        Broken("label-mix-drift", "The mix of topics changes.", "10 texts/min; topics 25/25/25/25 → 45/25/20/10 %",
            Lasting(AlertKinds.LabelDrift), static period => CleanScenarios.News(10) with
            {
                Weight = (time, topic) => period.IsIncident(time.Utc) ? topic switch { 0 => 1.8, 1 => 1, 2 => 0.8, _ => 0.4 } : 1,
            }),
        Broken("unfair-group", "The conversations of one region are answered as negative more often.",
            "2 conversations/min, 30 % negative; one of 4 regions 55 %",
            Lasting(AlertKinds.Fairness),
            static period => CleanScenarios.Chats(2) with
            {
                Conversations = new() { Excess = (time, group) => group == 3 && period.IsIncident(time.Utc) ? 0.25 : 0 },
            }) with { Pipeline = ScenarioPipelines.Chats() },
        Broken("accuracy-decay", "Hard texts become frequent: confidence and accuracy fall together.",
            "10 texts/min; hard texts 20 → 55 %: accuracy 81 → 70 %",
            Lasting(AlertKinds.AccuracyDrop) with { Target = 0.9 },
            static period => CleanScenarios.News(10) with { Hardness = time => period.IsIncident(time.Utc) ? 0.55 : 0.2 }),
        Broken("bad-promotion", "A new version of the model answers differently.", "20 texts/min; v1 → v2: 20 → 31 % negative",
            Found(AlertKinds.VersionChange, Day, TimeSpan.FromHours(6)),
            static period => CleanScenarios.News(20) with
            {
                Version = time => period.IsIncident(time.Utc) ? New : Old,
                Negative = (time, _) => period.IsIncident(time.Utc) ? 0.31 : Calm,
            }),
        Broken("incident-at-start", "The monitor starts during an incident.",
            "20 texts/min; 70 % negative for the first 6 h, then 20 % as in the model's profile",
            Found(AlertKinds.LabelSurge, TimeSpan.FromHours(6), TimeSpan.FromHours(6)) with { Target = 0.9, IsAtStart = true },
            static period => CleanScenarios.News(20) with
            {
                Negative = (time, _) => period.IsIncident(time.Utc) ? Alarming : Calm,
            }) with { Learn = TimeSpan.Zero, Judged = 2 * Day, Profiles = [ScenarioPipelines.CalmSentiment(Old)] },
        Broken("rare-class", "A rare label becomes frequent.", "20 texts/min of 5 topics; one 2 → 10 % for 1 h, watched by its share",
            Found(AlertKinds.LabelSurge, TimeSpan.FromHours(1), TimeSpan.FromMinutes(30)),
            static period => CleanScenarios.RareNews(time => period.IsIncident(time.Utc) ? 0.1 : 0.02))
            with { Pipeline = ScenarioPipelines.NewsWithRareTopic() },
        Broken("log-count", "The number of anomalies in log lines rises.",
            "40 lines/min of 30 templates a label, GroupStories off; anomalies 1 → 5/min for 30 min, watched by their count",
            Found(AlertKinds.LabelSurge, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(10)),
            static period => CleanScenarios.LogLines(time => period.IsIncident(time.Utc) ? 5 : 1))
            with { Pipeline = ScenarioPipelines.Logs() },
        Broken("short-dip", "A busy source delivers less for a short time.", "60 texts/min, 70 % fewer for 15 min; SilenceRatio 0.5",
            Found(AlertKinds.VolumeSilence, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(15)),
            static period => CleanScenarios.News(60) with { Rate = time => period.IsIncident(time.Utc) ? 18 : 60 })
            with { Pipeline = ScenarioPipelines.BusyNews() },
    ];

    private static StreamModel TopicSurge(double perMinute, ScenarioPeriod period) => CleanScenarios.News(perMinute) with
    {
        Negative = (time, topic) => topic == 0 && period.IsIncident(time.Utc) ? Alarming : Calm,
    };

    private static ScenarioDefinition SlowRise(int hours) => Broken(
        $"slow-rise-{hours}h", "The negative share rises slowly.", $"10 texts/min; 20 → 70 % negative over {hours} h, then back",
        Found(AlertKinds.LabelSurge, TimeSpan.FromHours(hours), TimeSpan.FromHours(hours)),
        static period => CleanScenarios.News(10) with
        {
            Negative = (time, _) => period.IsIncident(time.Utc) ? Calm + (Alarming - Calm) * period.Progress(time.Utc) : Calm,
        });

    private static IncidentPlan Found(string kind, TimeSpan length, TimeSpan within) =>
        new() { Kinds = [kind], Length = length, Within = within };

    /// <summary>A change that lasts for a day, in which it must be detected.</summary>
    private static IncidentPlan Lasting(string kind) => Found(kind, Day, Day) with { Tail = TimeSpan.Zero };

    private static ScenarioDefinition Broken(
        string name, string description, string parameters, IncidentPlan incident, Func<ScenarioPeriod, StreamModel> model) => new()
        {
            Name = name,
            Description = description,
            Parameters = parameters,
            Pipeline = ScenarioPipelines.News(),
            Model = model,
            Judged = 3 * Day,
            Incident = incident,
        };
}
