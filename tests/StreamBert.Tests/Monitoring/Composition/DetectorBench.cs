using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Composition;
using StreamBert.Monitoring.Drift;
using StreamBert.Monitoring.Surges;
using StreamBert.Monitoring.Windows;
using StreamBert.Streaming.State.Connection;

namespace StreamBert.Tests.Monitoring.Composition;

/// <summary>
/// The detectors of a pipeline fed with whole windows, so that a week passes in a second. A window is drawn from label shares; what is
/// drawn is seeded.
/// </summary>
internal sealed class DetectorBench
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Sentiments = ["negative", "neutral", "positive"];

    private readonly Random _random;
    private readonly PipelineState _state = new();
    private readonly AlertBook _alerts;
    private readonly NegativeSurgeDetector _surges;
    private readonly VolumeDetector _volume;
    private readonly DriftDetector _drift;
    private readonly List<MonitorOutput> _outputs = [];

    public DetectorBench(int seed)
    {
        var (pipeline, options) = (SyntheticStream.Pipeline, new MonitoringOptions());
        _random = new(seed);
        _alerts = new(options.Alerts, _state.Alerts, options.Windows.Correctable);
        var examples = new Examples(options.Alerts, static () => []);
        var interval = options.Alerts.FalseAlarmInterval;
        _surges = new(pipeline, options.Surge, interval, _state.Shares, _alerts, examples);
        _volume = new(pipeline, options.Volume, interval, _state.Volume, _alerts, examples);
        _drift = new(pipeline, options.Drift, interval, _state.Drift, _alerts, examples);
    }

    /// <summary>Windows fed so far.</summary>
    public int Windows { get; private set; }
    public PipelineState State => _state;
    public int Alarms(string kind) => _outputs.Count(output => output.Raised?.Kind == kind);

    /// <summary>Feeds one window of 10 seconds and returns the kinds of the alerts it raised or, with a minus, resolved.</summary>
    public IReadOnlyList<string> Feed(
        double meanPerSegment,
        int segments,
        double negative,
        double surgeInFirst = double.NaN,
        double meanConfidence = 0.8)
    {
        var window = new WindowCounts { Start = Start + Windows++ * TimeSpan.FromSeconds(10), Versions = { ["v1"] = 1 } };
        var all = new SeriesCounts { Confidences = new int[SeriesCounts.Bins] };
        window.Series["sentiment"] = new() { [SeriesKey.All] = all };
        for (var segment = 0; segment < segments; segment++)
        {
            var counts = new SeriesCounts();
            window.Series["sentiment"][$"topic={segment}"] = counts;
            var share = segment == 0 && !double.IsNaN(surgeInFirst) ? surgeInFirst : negative;
            for (var texts = Poisson(meanPerSegment); texts > 0; texts--)
                Add(counts, all, share, meanConfidence);
        }
        window.Count = all.Count;
        return Step(new(window, new(window.Start, window.Start.AddSeconds(10))));
    }

    private void Add(SeriesCounts segment, SeriesCounts all, double negative, double meanConfidence)
    {
        var draw = _random.NextDouble();
        var label = Sentiments[draw < negative ? 0 : draw < negative + (1 - negative) / 2 ? 1 : 2];
        var confidence = Math.Clamp(meanConfidence + 0.2 * (_random.NextDouble() + _random.NextDouble() - 1), 0, 1);
        segment.Add(label, confidence, late: false);
        all.Add(label, confidence, late: false);
    }

    private List<string> Step(WindowClosed window)
    {
        var said = _surges.Judge(window).Concat(_volume.Judge(window)).Concat(_drift.Judge(window))
            .Select(_alerts.Step).OfType<MonitorOutput>().ToList();
        _outputs.AddRange(said);
        return [.. said.Select(static output => output.Raised?.Kind ?? $"-{output.Resolved!.Kind}")];
    }

    private int Poisson(double mean)
    {
        var count = 0;
        for (var at = -Math.Log(1 - _random.NextDouble()); at < mean; at -= Math.Log(1 - _random.NextDouble()))
            count++;
        return count;
    }
}
