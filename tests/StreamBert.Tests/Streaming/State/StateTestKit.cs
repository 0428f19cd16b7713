using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Connection;

namespace StreamBert.Tests.Streaming.State;

/// <summary>Both sides of a state store, composed as in a service.</summary>
internal sealed class StateParts : IAsyncDisposable
{
    private readonly IHost _host;

    public StateParts(string connection, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(settings.Append(("ConnectionString", connection))
            .ToDictionary(static setting => $"{StateOptions.Section}:{setting.Item1}", static setting => (string?)setting.Item2));
        builder.AddStateStore();
        _host = builder.Build();
    }

    public StateStore Store => _host.Services.GetRequiredService<StateStore>();
    public StateProjection Projection => _host.Services.GetRequiredService<StateProjection>();

    /// <summary>Applies events as the next records of partition 0.</summary>
    public async Task AppendAsync(string topic, params object[] events)
    {
        var positions = await Projection.ReadPositionsAsync(topic, TestContext.Current.CancellationToken);
        var records = events.Select((item, index) => Logged(topic, positions.GetValueOrDefault(0) + index, item)).ToList();
        Assert.NotNull(await Projection.ApplyAsync(topic, positions, records, TestContext.Current.CancellationToken));
    }

    public static LoggedEvent Logged(string topic, long offset, object item) =>
        new(new(new(topic, 0, offset), null, [], new Dictionary<string, byte[]>(), DateTimeOffset.UnixEpoch), item);

    public async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable host) await host.DisposeAsync();
    }
}

/// <summary>Events with everything that a test does not care about filled in.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public static TextClassified Prediction(
        string id, int second = 0, string label = "neutral", string pipeline = "financial-news", string topic = "texts.financial-news",
            string version = "default-v1") => new()
            {
                Id = id,
                Pipeline = pipeline,
                ModelVersion = version,
                OccurredAt = Noon,
                ClassifiedAt = Noon.AddSeconds(second),
                Heads = new Dictionary<string, HeadPrediction>
                {
                    ["sentiment"] = new(
                    label,
                    0.8,
                    new Dictionary<string, double> { ["negative"] = 0.1, ["neutral"] = 0.8, ["positive"] = 0.1 }),
                },
                Tokens = 5,
                Embedding = [1, 2, 3],
                Origin = new(topic, 0, second),
                Text = "a text",
                Timings = new(1, 2, 3),
            };

    public static DeadLettered DeadLetter(string topic = "texts.financial-news") => new()
    {
        Origin = new(topic, 0, 7),
        Pipeline = "financial-news",
        Reason = "not-json",
        Detail = "it is not JSON",
        FailedAt = Noon,
        Value = [1, 2, 3, 4],
    };

    public static TrendUpdated Trend(int minute, long count = 10, int revision = 0, string segment = SeriesKey.All) => new()
    {
        Series = new("financial-news", "sentiment", segment),
        Window = new(Noon.AddMinutes(minute), Noon.AddMinutes(minute + 1)),
        Count = count,
        Labels = new Dictionary<string, long> { ["negative"] = count },
        MeanConfidence = 0.7,
        Revision = revision,
    };

    public static AccuracyReported Accuracy(string segment, int hour, string pipeline = "financial-news") => new()
    {
        Series = new(pipeline, "sentiment", segment),
        Window = new(Noon.AddHours(hour), Noon.AddHours(hour + 1)),
        Hour = new(100, 0.8, new(0.72, 0.88)),
        Day = new(2400, 0.8, new(0.78, 0.82)),
    };

    public static DriftReported Drift(string kind, int hour, string pipeline = "financial-news") => new()
    {
        Fingerprint = $"{kind}:{pipeline}:sentiment:all",
        Kind = kind,
        Series = new(pipeline, "sentiment", SeriesKey.All),
        Against = "last-good-week",
        ReportedAt = Noon.AddHours(hour + 1),
        Window = new(Noon.AddHours(hour), Noon.AddHours(hour + 1)),
        State = DriftReported.Insufficient,
    };

    public static FairnessReported Fairness(string rule, int hour) => new()
    {
        Pipeline = "financial-news",
        Rule = rule,
        Attribute = "region",
        Head = "sentiment",
        Label = "negative",
        Window = new(Noon.AddHours(hour), Noon.AddHours(hour + 1)),
        State = FairnessReported.Insufficient,
        MaxDifference = 0.1,
        NeededPerGroup = 291,
        Groups = [],
        Measures = [],
        EValue = 1,
        AlarmEValue = 40_320,
    };

    public static AlertRaised Alert(string id, string fingerprint = "surge", int minute = 0) => new()
    {
        Id = id,
        Fingerprint = fingerprint,
        Kind = AlertKinds.LabelSurge,
        Series = new("financial-news", "sentiment", SeriesKey.All),
        Severity = "critical",
        Title = "More negative texts",
        Message = "Much more is negative than before.",
        Window = new(Noon.AddMinutes(minute - 1), Noon.AddMinutes(minute)),
        RaisedAt = Noon.AddMinutes(minute),
        Value = 0.6,
        Baseline = 0.2,
        Unit = "share",
        Count = 100,
        Evidence = 1e-6,
        EvidenceKind = "p-value, beta-binomial tail",
    };

    public static AlertResolved Resolution(AlertRaised alert) => new()
    {
        Id = alert.Id,
        Fingerprint = alert.Fingerprint,
        Kind = alert.Kind,
        Series = alert.Series,
        ResolvedAt = alert.RaisedAt.AddMinutes(5),
        Value = 0.2,
        Baseline = 0.2,
        Message = "Back to normal.",
    };

    public static ModelTrained Training(string version, string parent, bool accepted = true, int minute = 0) => new()
    {
        Model = "default",
        Version = version,
        Parent = parent,
        TrainedAt = Noon.AddMinutes(minute),
        TrainingSeconds = 12,
        FeedbackCount = 200,
        ReplayCount = 200,
        Candidate = [Report("candidate")],
        Champion = [Report("champion")],
        Accepted = accepted,
        Gates = ["macro-F1: 0.81 against 0.79: passed"],
    };

    public static ModelPromoted Promotion(string version, string? previous, int minute = 0) => new()
    {
        Model = "default",
        Version = version,
        Previous = previous,
        Directory = version,
        Sha256 = "00",
        PromotedAt = Noon.AddMinutes(minute),
        By = "training",
    };

    private static ClassificationReport Report(string data) => new()
    {
        Head = "sentiment",
        Data = data,
        Count = 3,
        Accuracy = 0.8,
        Classes = [],
        Micro = new(0.8, 0.8, 0.8),
        Macro = new(0.8, 0.8, 0.8),
        Weighted = new(0.8, 0.8, 0.8),
    };
}
