using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Tests.Monitoring;

/// <summary>Runs the composition of the service on virtual time, fed by a scheduler whose hours pass in seconds.</summary>
internal sealed class VirtualRun
{
    private readonly List<MonitorOutput> _outputs = [];

    public IReadOnlyList<TrendUpdated> Trends => _outputs.Trends();
    public IReadOnlyList<AlertRaised> Raised => _outputs.Raised();
    public IReadOnlyList<AlertResolved> Resolved => _outputs.Resolved();

    /// <summary>Plays a stream to its end; every second the inputs report that there is no lag.</summary>
    public static VirtualRun Play(
        SyntheticStream stream,
        double seconds,
        MonitoringOptions? options = null,
        PipelineOptions? pipeline = null)
    {
        var run = new VirtualRun();
        pipeline ??= SyntheticStream.Pipeline;
        var feed = new InputFeed();
        var scheduler = new HistoricalScheduler(SyntheticStream.Start);
        using var texts = stream.Play(seconds).GetEnumerator();
        var predictions = Observable.Generate(
            texts.MoveNext(),
            static more => more,
            _ => texts.MoveNext(),
            _ => texts.Current,
            _ => texts.Current.ArrivesAt,
            scheduler)
            .SelectMany(text => feed.Take(text.Text, text.Partition, text.ArrivesAt));
        var silences = Observable.Interval(TimeSpan.FromSeconds(1), scheduler)
            .Select(_ => (MonitorInput)new MonitorInput.Progress(feed.Progress([], scheduler.Now)));
        var monitor = new StreamMonitor([pipeline], options ?? new(), new());
        using var subscription = monitor.Watch(predictions.Merge(silences)).Subscribe(run._outputs.Add);
        scheduler.AdvanceTo(SyntheticStream.Start.AddSeconds(seconds + 30));
        return run;
    }

    /// <summary>Returns the time from the start of the stream to the alert, in seconds; fails without the alert.</summary>
    public double RaisedAt(string kind, string segment = SeriesKey.All, string? head = null) =>
        Seconds(Alert(kind, segment, head).RaisedAt);

    public double ResolvedAt(string kind, string segment = SeriesKey.All, string? head = null) =>
        Seconds(Assert.Single(Resolved, resolved => resolved.Id == Alert(kind, segment, head).Id).ResolvedAt);

    public AlertRaised Alert(string kind, string segment = SeriesKey.All, string? head = null) =>
        Assert.Single(
            Raised,
            alert => alert.Kind == kind && alert.Series.Segment == segment && (head is null || alert.Series.Head == head));

    /// <summary>Describes the alerts, one paragraph each.</summary>
    public string Describe() => string.Join('\n', _outputs.Select(Describe).Where(static line => line.Length > 0));

    private static string Describe(MonitorOutput output) => output switch
    {
        MonitorOutput.RaisedAlert { Value: var raised } => $"{Seconds(raised.RaisedAt),6:0} + {raised.Title}\n         {raised.Message}\n"
            + $"         {string.Join(", ", raised.Terms)} | {string.Join(" / ", raised.Examples.Select(Describe))}",
        MonitorOutput.ResolvedAlert { Value: var resolved } =>
            $"{Seconds(resolved.ResolvedAt),6:0} - {resolved.Fingerprint}: {resolved.Message}",
        _ => "",
    };

    private static string Describe(AlertExample example) => $"{example.Label}: {example.Text}";

    private static double Seconds(DateTimeOffset time) => (time - SyntheticStream.Start).TotalSeconds;
}
