using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Drift;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Drift;

/// <summary>What is drawn for an hour.</summary>
internal sealed record HourModel
{
    public int Stories { get; init; } = 400;

    /// <summary>The number of texts of each story.</summary>
    public int Copies { get; init; } = 1;
    public double Negative { get; init; } = 0.2;
    public double Confidence { get; init; } = 0.8;
    public double Length { get; init; } = 20;
    public double Unknown { get; init; } = 0.005;

    /// <summary>The mean of the first values of the embeddings; NaN for none.</summary>
    public double Meaning { get; init; } = double.NaN;
    public string Version { get; init; } = "v1";
}

/// <summary>
/// Feeds the drift detector and the alerts with windows of one hour, drawn from a seeded generator: a month passes in a second.
/// </summary>
internal sealed class DriftHarness
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly Random _random;
    private readonly AlertStateMachine _alerts;
    private readonly DriftDetector _detector;
    private readonly PipelineOptions _pipeline;

    public DriftHarness(int seed, DriftState? state = null)
    {
        (_random, State) = (new(seed), state ?? new());
        _pipeline = new() { Name = "news", Model = "default", Heads = ["sentiment"], Monitor = new() { Window = TimeSpan.FromHours(1) } };
        _alerts = new(new(), [], revisableWindows: 4);
        _detector = new(_pipeline, 4, State);
    }

    public DriftState State { get; }

    /// <summary>The number of hours that were fed.</summary>
    public int Hours { get; private set; }

    /// <summary>The alerts that were raised.</summary>
    public List<Transition.Raised> Raised { get; } = [];

    /// <summary>The changes of alerts, such as <c>30:label-drift</c> and <c>48:-label-drift</c>.</summary>
    public List<string> Changes { get; } = [];

    /// <summary>The reports of the last hour.</summary>
    public IReadOnlyList<DriftReported> Reports { get; private set; } = [];

    public int Alarms(string kind) => Raised.Count(raised => raised.Alert.Kind == kind);

    /// <summary>Feeds hours; the model is a function of the hour.</summary>
    public DriftHarness Feed(int hours, Func<int, HourModel> model)
    {
        for (var i = 0; i < hours; i++)
            Feed(model(Hours));
        return this;
    }

    public static int HourOfDay(int hour) => hour % 24;

    private void Feed(HourModel model)
    {
        var window = new WindowCounts { Start = Start.AddHours(Hours), Versions = { [model.Version] = 1 } };
        var counts = new SeriesCounts { Confidences = new int[SeriesCounts.Bins] };
        window.Series["sentiment"] = new() { [SeriesKey.All] = counts };
        for (var story = 0; story < model.Stories; story++)
            AddStory(window, counts, model, $"{Hours}-{story}");
        counts.Clusters = model.Stories;
        window.Count = counts.Count;
        var closed = new WindowClosed(window, new(window.Start, window.Start.AddHours(1)), new(
            new HashSet<string>(), new Dictionary<string, IReadOnlySet<string>>(), []));
        foreach (var assessment in _detector.Assess(closed, _alerts.Active()))
        {
            if (_alerts.Apply(assessment) is not { } transition)
                continue;
            _detector.OnTransition(transition);
            Changes.Add($"{Hours}:{(transition is Transition.Raised ? "" : "-")}{transition.Alert.Kind}");
            if (transition is Transition.Raised raised)
                Raised.Add(raised);
        }
        Reports = [.. _detector.Report(closed).Cast<MonitorReport.Drift>().Select(static report => report.Value)];
        Hours++;
    }

    private void AddStory(WindowCounts window, SeriesCounts counts, HourModel model, string id)
    {
        var draw = _random.NextDouble();
        var label = draw < model.Negative ? "negative" : draw < model.Negative + (1 - model.Negative) * 0.6 ? "neutral" : "positive";
        var confidence = Math.Clamp(model.Confidence + 0.1 * Normal(), 0, 1);
        var text = new TextClassified
        {
            Id = id,
            Pipeline = "news",
            ModelVersion = model.Version,
            OccurredAt = window.Start,
            ClassifiedAt = window.Start,
            Heads = new Dictionary<string, HeadPrediction> { ["sentiment"] = new(label, confidence, new Dictionary<string, double>()) },
            Tokens = (int)Math.Clamp(model.Length * Math.Exp(0.4 * Normal()), 3, 500),
            Embedding = double.IsNaN(model.Meaning) ? null : Embedding(model.Meaning),
            Text = model.Meaning > 0 ? $"merger talks {id}" : $"quarterly report {id}",
            Origin = new("texts", 0, 0),
            Timings = new(0, 0, 1),
        };
        text = text with { UnknownTokens = Math.Min(text.Tokens, Poisson(text.Tokens * model.Unknown)) };
        for (var copy = 0; copy < model.Copies; copy++)
        {
            counts.Add(label, confidence, isLate: false);
            window.Texts.Add(text, 100);
        }
        counts.ClusterLabels[label] = counts.ClusterLabels.GetValueOrDefault(label) + 1;
    }

    private float[] Embedding(double mean) => [.. Enumerable.Range(0, 32).Select(i => (float)(Normal() + (i < 4 ? mean : 0)))];

    private int Poisson(double mean)
    {
        var (count, product, limit) = (0, _random.NextDouble(), Math.Exp(-mean));
        for (; product > limit; count++)
            product *= _random.NextDouble();
        return count;
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
