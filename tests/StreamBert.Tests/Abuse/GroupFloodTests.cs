using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Inputs;
using StreamBert.Tests.Monitoring;

namespace StreamBert.Tests.Abuse;

/// <summary>
/// Writes free text into an attribute whose groups are compared, or into labels: the memory of the monitor stays constant, it raises an
/// alert, and it still monitors the real groups.
/// </summary>
public sealed class GroupFloodTests : IDisposable
{
    private const int FloodValues = 32_000, BatchSize = 400;
    private static readonly TimeSpan Window = SyntheticStream.Pipeline.Monitor.Window;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly InputFeed _feed = new(partitions: 1);
    private readonly List<MonitorOutput> _outputs = [];
    private MonitorState _state = new();
    private StreamMonitor _monitor = null!;
    private System.Reactive.Subjects.Subject<MonitorInput> _inputs = null!;
    private IDisposable _subscription = null!;
    private int _window, _number;

    public GroupFloodTests() => Open();

    public void Dispose()
    {
        _subscription.Dispose();
        _inputs.Dispose();
    }

    [Fact]
    public void Thirty_two_thousand_group_values_raise_an_alert_keep_memory_constant_and_do_not_evict_real_groups()
    {
        ProcessBaseline(20);
        var (before, size, heap) = (CountEvidence("north"), GetCheckpointSize(), GC.GetTotalMemory(forceFullCollection: true));

        for (var window = 0; window < 4; window++)
            Flood(FloodValues / 4);
        ProcessBaseline(1);
        var (sizeAfter, heapAfter) = (GetCheckpointSize(), GC.GetTotalMemory(forceFullCollection: true));

        var alert = Assert.Single(Raised, static raised => raised.Kind == AlertKinds.CardinalityLimit);
        Assert.Contains("groups of region", alert.Title, StringComparison.Ordinal);
        Assert.Contains("Monitoring:Windows:MaxGroups (now 32)", alert.Message, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"checkpoint {size:N0} -> {sizeAfter:N0} bytes, heap {heap / 1024:N0} -> {heapAfter / 1024:N0} KiB after {FloodValues:N0} junk "
                + $"groups");
        Assert.InRange(sizeAfter, 0, 600_000); // at most 10,000 clusters of each window that can still change
        Assert.InRange(heapAfter - heap, long.MinValue, 16 * 1024 * 1024);
        Assert.InRange(Groups.Count, 2, 32);
        Assert.True(CountEvidence("north") >= before, "the evidence of a real group was lost");
        Assert.True(Pipeline.Names.UntrackedUses > FloodValues * 9 / 10);

        ProcessBaseline(15);
        Assert.Single(Resolved, static resolved => resolved.Kind == AlertKinds.CardinalityLimit);
        ProcessUnfair(70);
        Assert.Single(Raised, static raised => raised.Kind == AlertKinds.Fairness);
    }

    [Fact]
    public void Groups_that_appear_after_a_flood_are_monitored_also_after_a_restart()
    {
        for (var window = 0; window < 3; window++)
            Flood(900, real: 0);
        Open();
        Assert.Equal(32, Groups.Count);

        ProcessBaseline(20);
        ProcessUnfair(70);

        Assert.Single(Raised, static raised => raised.Kind == AlertKinds.Fairness);
    }

    [Fact]
    public void A_restart_during_a_flood_does_not_change_the_results()
    {
        static string GetEvents(bool restart)
        {
            using var run = new GroupFloodTests();
            run.ProcessBaseline(5);
            run.Flood(700);
            if (restart)
                run.Open();
            run.Flood(700);
            run.ProcessBaseline(14);
            var events = string.Join('\n', run._outputs.Select(MonitorOutputs.ToJson));
            return events + string.Join(' ', run.Groups.Order(StringComparer.Ordinal));
        }

        Assert.Equal(GetEvents(restart: false), GetEvents(restart: true));
    }

    [Fact]
    public void The_numbers_of_labels_and_segments_are_bounded_and_known_ones_are_still_monitored()
    {
        ProcessBaseline(10);
        for (var window = 0; window < 3; window++)
        {
            var flood = Enumerable.Range(0, 4_000).Select(n => Text("north", "neutral", topic: $"junk {window} {n}"));
            Process(flood.Concat(GenerateRealTexts(0.2)));
        }

        ProcessBaseline(2);

        Assert.InRange(Pipeline.Names.Segments["topic"].Count, 1, 200);
        Assert.Contains("topic=Macro", Pipeline.Names.Segments["topic"].Keys);
        Assert.InRange(Pipeline.Names.Labels["topic"].Count, 1, 1000);
        Assert.Contains("Macro", Pipeline.Names.Labels["topic"].Keys);
        Assert.InRange(_state.Pipelines["financial-news"].Labels["sentiment=negative"].Series.Count, 1, 202);
        Assert.Equal(["labels of topic", "segments of topic"], Raised.Where(static raised => raised.Kind == AlertKinds.CardinalityLimit)
            .Select(static raised => raised.Fingerprint.Split(':')[^1])
            .Order(StringComparer.Ordinal));
        var flooded = _outputs.Trends()
            .Where(static trend => trend.Series is { Head: "topic", Segment: SeriesKey.All })
            .MaxBy(static trend => trend.Count)!;
        Assert.Equal(flooded.Count, flooded.Labels.Values.Sum());
        Assert.True(flooded.Labels["(other labels)"] > 2_500);
    }

    private IReadOnlyList<AlertRaised> Raised => _outputs.Raised();
    private IReadOnlyList<AlertResolved> Resolved => _outputs.Resolved();
    private StreamBert.Monitoring.Windows.WindowsState Pipeline => _state.Pipelines["financial-news"].Windows;
    private ICollection<string> Groups => _state.Pipelines["financial-news"].Fairness["region/sentiment=negative"].Groups.Keys;

    private long CountEvidence(string group)
    {
        var rates = _state.Pipelines["financial-news"].Fairness["region/sentiment=negative"].Rates;
        return rates.Sum(rates.Buckets.Count, [group])[group].Count;
    }

    private int GetCheckpointSize() => MonitorStates.ToBytes(_state).Length;

    /// <summary>Opens the monitor, and restores its checkpoint if there is one.</summary>
    private void Open()
    {
        if (_subscription is not null)
        {
            _state = MonitorStates.FromBytes(MonitorStates.ToBytes(_state));
            Dispose();
        }
        _monitor = new([SyntheticStream.Pipeline], new MonitoringOptions(), _state);
        _inputs = new();
        _subscription = _monitor.Watch(_inputs).Subscribe(_outputs.Add);
    }

    private void ProcessBaseline(int windows)
    {
        for (var window = 0; window < windows; window++)
            Process(GenerateRealTexts(0.2));
    }

    private void ProcessUnfair(int windows)
    {
        for (var window = 0; window < windows; window++)
            Process(GenerateRealTexts(0.7));
    }

    private void Flood(int values, int real = 60)
        => Process(Enumerable.Range(0, values).Select(n => Text($"junk {_window} {n}", "neutral")).Concat(GenerateRealTexts(0.2, real)));

    /// <summary>Generates texts of two regions with the given share of negative texts in the south.</summary>
    private IEnumerable<TextClassified> GenerateRealTexts(double south, int texts = 60)
    {
        for (var text = 0; text < texts; text++)
        {
            yield return Text("north", text % 10 < 2 ? "negative" : "neutral");
            yield return Text("south", text % 10 < south * 10 ? "negative" : "neutral");
        }
    }

    private TextClassified Text(string region, string sentiment, string topic = "Macro") =>
        Predictions.Text(default, topic, sentiment, $"t-{_number++}") with
        {
            Attributes = new Dictionary<string, string>
            {
                ["region"] = region
            }
        };

    /// <summary>Processes one window of texts in batches, as a worker reports them.</summary>
    private void Process(IEnumerable<TextClassified> texts)
    {
        var at = Start + _window * Window;
        _window++;
        foreach (var step in texts.Select(text => _feed.Place(text with { OccurredAt = at.AddSeconds(5), ClassifiedAt = at }, 0))
            .Chunk(BatchSize))
        {
            foreach (var text in step)
                _inputs.OnNext(new MonitorInput.Prediction(text, 0));
            _inputs.OnNext(new MonitorInput.Progress(_feed.Progress(step, at.AddSeconds(6))));
        }
    }
}
