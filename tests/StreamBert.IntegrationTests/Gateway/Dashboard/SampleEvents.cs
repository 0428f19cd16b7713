using StreamBert.Contracts;

namespace StreamBert.IntegrationTests.Gateway.Dashboard;

/// <summary>Creates events as the services append them.</summary>
internal static class SampleEvents
{
    public static TextClassified Prediction(string id, string pipeline, string text, string sentiment, DateTimeOffset at) => new()
    {
        Id = id,
        Pipeline = pipeline,
        ModelVersion = "default-v1",
        OccurredAt = at,
        ClassifiedAt = at,
        Heads = new Dictionary<string, HeadPrediction>
        {
            ["sentiment"] = Head(sentiment, 0.83, "negative", "neutral", "positive"),
            ["topic"] = Head("Macro", 0.71, "Macro", "Earnings", "Markets"),
        },
        Tokens = 12,
        Origin = new(Topics.Texts(pipeline), 0, 0),
        Text = text,
        Timings = new(2.5, 4.5, 3),
    };

    public static DeadLettered DeadLetter(int number, string reason, DateTimeOffset at) => new()
    {
        Origin = new("texts.financial-news", 0, 1_000 + number),
        Pipeline = "financial-news",
        Reason = reason,
        Detail = reason == "not-utf8" ? "The value is not valid UTF-8." : "The field 'text' is missing, null or empty.",
        FailedAt = at.AddSeconds(number),
        Key = [0x6B, 0x31],
        Value = reason == "not-utf8" ? [0xC3, 0x28] : [0x7B, 0x7D],
        Timestamp = at,
    };

    public static AlertRaised Surge(string id, DateTimeOffset at) => new()
    {
        Id = id,
        Fingerprint = id,
        Kind = AlertKinds.LabelSurge,
        Series = new("financial-news", "sentiment", "topic=Macro"),
        Severity = "critical",
        Title = $"More negative texts in Macro ({id})",
        Message = "71 % of 120 texts were negative.",
        Window = new(at.AddMinutes(-2), at),
        RaisedAt = at,
        Value = 0.71,
        Baseline = 0.3,
        Unit = "share",
        Interval = new(0.62, 0.78),
        Count = 120,
        Evidence = 0.0004,
        EvidenceKind = "p-value, beta-binomial tail",
        Terms = ["recession"],
        Examples = [new($"{id}-1", "Output shrinks for a third quarter", "negative", 0.94)],
    };

    public static AlertResolved Resolution(AlertRaised alert) => new()
    {
        Id = alert.Id,
        Fingerprint = alert.Fingerprint,
        Kind = alert.Kind,
        Series = alert.Series,
        ResolvedAt = alert.RaisedAt.AddMinutes(7),
        Value = 0.31,
        Baseline = 0.3,
        Message = "Back to 31 %.",
    };

    /// <summary>Creates a window of log lines of which most are normal, with a baseline of 6 anomalies.</summary>
    public static TrendUpdated LogWindow(DateTimeOffset start, long anomalies) => new()
    {
        Series = new("logs", "event", SeriesKey.All),
        Window = new(start, start.AddMinutes(1)),
        Count = 1_000 + anomalies,
        Stories = 290,
        Labels = new Dictionary<string, long> { ["anomaly"] = anomalies, ["normal"] = 1_000 },
        Expected =
        [
            new("anomaly", 0.02, new(0, 0.05)) { Measure = LabelMeasure.Share },
            new("anomaly", 6, new(2, 12)) { Measure = LabelMeasure.Count },
        ],
        MeanConfidence = 0.9,
    };

    public static AlertRaised Unfair(string id, DateTimeOffset at) => Surge(id, at) with
    {
        Kind = AlertKinds.Fairness,
        Severity = "warning",
        Title = $"Regions are treated differently ({id})",
        Evidence = 64,
        EvidenceKind = "e-value, betting e-process",
        Fairness = new()
        {
            Attribute = "region",
            Label = "negative",
            Difference = 0.2,
            Ratio = 0.6,
            DifferenceInterval = new(0.1, 0.3),
            Groups =
            [
                new("north", 300, 90, 0.3, new(0.25, 0.35), true),
                new("south", 300, 150, 0.5, new(0.44, 0.56), true),
                new("islands", 9, 4, 0.44, new(0.19, 0.73), false),
            ],
        },
    };

    public static TrendUpdated Window(string pipeline, DateTimeOffset start, long negative, long neutral, long positive) => new()
    {
        Series = new(pipeline, "sentiment", SeriesKey.All),
        Window = new(start, start.AddMinutes(1)),
        Count = negative + neutral + positive,
        Labels = new Dictionary<string, long> { ["negative"] = negative, ["neutral"] = neutral, ["positive"] = positive },
        MeanConfidence = 0.8,
    };

    public static ModelTrained Trained(DateTimeOffset at) => new()
    {
        Model = "default",
        Version = "default-v2",
        Parent = "default-v1",
        TrainedAt = at,
        TrainingSeconds = 90,
        FeedbackCount = 200,
        ReplayCount = 800,
        Candidate = [Report(0.85)],
        Champion = [Report(0.8)],
        Accepted = true,
        Gates = ["passed: better on sentiment"],
    };

    public static ClassificationReport Report(double f1) => new()
    {
        Head = "sentiment",
        Data = "held-out feedback",
        Count = 200,
        Accuracy = f1,
        Classes = [new("negative", f1, f1, f1, 80), new("neutral", f1, f1, f1, 70), new("positive", f1, f1, f1, 50)],
        Micro = new(f1, f1, f1),
        Macro = new(f1, f1, f1),
        Weighted = new(f1, f1, f1),
    };

    private static HeadPrediction Head(string label, double confidence, params string[] labels) => new(label, confidence,
        labels.ToDictionary(static known => known, known => known == label ? confidence : (1 - confidence) / (labels.Length - 1)));

    public static AccuracyReported Accuracy(string segment, long texts, DateTimeOffset at) => new()
    {
        Series = new("financial-news", "sentiment", segment),
        Window = new(at.AddHours(-1), at),
        Hour = new(texts / 10, 0.81, new(0.7, 0.92)),
        Day = new(texts, 0.82, new(0.79, 0.85)),
        Reference = 0.84,
        Sample = new(40, 30, 0.75, WilsonInterval.Of(30, 40), 0.83),
    };

    public static DriftReported Drift(string kind, string head, DateTimeOffset at) => new()
    {
        Fingerprint = $"{kind}:financial-news:{head}:all",
        Kind = kind,
        Series = new("financial-news", head, SeriesKey.All),
        Against = "last-good-week",
        ReportedAt = at,
        Window = new(at.AddHours(-6), at),
        State = DriftReported.Normal,
        Comparison = new()
        {
            Measure = "jensen-shannon",
            Against = "last-good-week",
            ModelVersion = "default-v1",
            Distance = 0.04,
            Floor = 0.1,
            PValue = 0.3,
            ReferenceCount = 8_000,
            WindowCount = 1_700,
            Reference = new Dictionary<string, double> { ["negative"] = 0.3, ["neutral"] = 0.5, ["positive"] = 0.2 },
            Observed = new Dictionary<string, double> { ["negative"] = 0.36, ["neutral"] = 0.45, ["positive"] = 0.19 },
            Psi = 0.02,
        },
        History = TimeSpan.FromDays(3),
    };

    public static FairnessReported Fairness(string rule, DateTimeOffset at) => new()
    {
        Pipeline = "financial-news",
        Rule = rule,
        Attribute = "region",
        Head = "sentiment",
        Label = "negative",
        Window = new(at.AddDays(-1), at),
        State = FairnessReported.Insufficient,
        MaxDifference = 0.1,
        NeededPerGroup = 291,
        Groups =
        [
            new("north", 900, 270, 0.3, new(0.25, 0.35), true) { Conversations = 320 },
            new("islands", 9, 4, 0.44, new(0.19, 0.73), false) { Conversations = 9 },
        ],
        Measures =
        [
            new(FairnessMeasure.DemographicParityDifference, 0.14, new(-0.1, 0.42), "islands", "north", 9, 291, false),
            new(FairnessMeasure.DemographicParityRatio, 0.68, new(0.4, 1.2), "islands", "north", 9, 291, false),
        ],
        EValue = 1.4,
        AlarmEValue = 40_320,
    };
}
