using StreamBert.Contracts;

namespace StreamBert.Monitoring.Scenarios;

/// <summary>Defines the pipelines and labels of the scenarios.</summary>
internal static class ScenarioPipelines
{
    /// <summary>The topics of news.</summary>
    public static readonly IReadOnlyList<string> Topics = ["Energy", "Earnings", "Macro", "Markets"];

    /// <summary>The intents of chats.</summary>
    public static readonly IReadOnlyList<string> Intents = ["billing", "delivery", "refund", "technical"];

    /// <summary>The rare topic of <see cref="NewsWithRareTopic"/>.</summary>
    public const string RareTopic = "Bankruptcy";

    /// <summary>The labels of log lines; the first is rare.</summary>
    public static readonly IReadOnlyList<string> Severities = ["anomaly", "error", "warning", "info"];

    /// <summary>A hundred topics.</summary>
    public static readonly IReadOnlyList<string> HundredTopics = [.. Enumerable.Range(1, 100).Select(static number => $"T{number:000}")];

    /// <summary>Returns the profile of a model version on calm news: 20 % negative, 56 % neutral, 24 % positive.</summary>
    public static ModelProfiled CalmSentiment(string version) => new()
    {
        Model = "default",
        Version = version,
        PublishedAt = ScenarioDefinition.Start,
        Profile = new()
        {
            MeasuredOn = "calm news",
            Texts = 1000,
            Heads = new Dictionary<string, HeadReference>
            {
                ["sentiment"] = new()
                {
                    Labels = new Dictionary<string, long> { ["negative"] = 200, ["neutral"] = 560, ["positive"] = 240 },
                    Confidences = [],
                },
            },
            Lengths = [],
            Tokens = 0,
            UnknownTokens = 0,
        },
    };

    /// <summary>News without segments: one series of a label.</summary>
    public static PipelineOptions News(MonitorRules? rules = null) => new()
    {
        Name = "news",
        Heads = ["sentiment", "topic"],
        Monitor = new() { Rules = rules ?? new() },
    };

    /// <summary>News divided by topic.</summary>
    public static PipelineOptions NewsByTopic() => News(new() { Segments = ["head:topic"] });

    /// <summary>News whose rare topic is watched.</summary>
    public static PipelineOptions NewsWithRareTopic() => News(new() { Labels = [new() { Head = "topic", Label = RareTopic }] });

    /// <summary>News of one busy source, for which 30 % of the usual number of texts are too few.</summary>
    public static PipelineOptions BusyNews() => News(new() { Volume = new() { SilenceRatio = 0.5 } });

    /// <summary>Log lines, in which the number of anomalies is watched; lines follow templates, so each repetition counts.</summary>
    public static PipelineOptions Logs() => new()
    {
        Name = "logs",
        Heads = ["severity"],
        Monitor = new()
        {
            Rules = new()
            {
                GroupStories = false,
                Labels = [new() { Head = "severity", Label = Severities[0], Measure = LabelMeasure.Count }],
            },
        },
    };

    /// <summary>Chats, whose regions are compared.</summary>
    public static PipelineOptions Chats() => new()
    {
        Name = "chats",
        Heads = ["sentiment", "intent"],
        Monitor = new() { Rules = new() { Fairness = [new() { Attribute = "region" }] } },
    };
}
