using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Inputs;
using StreamBert.Tests.Monitoring;

namespace StreamBert.Tests.Abuse;

/// <summary>
/// A producer writes free text into an attribute whose groups are compared, or into labels: the monitor's memory stays flat, it says so,
/// and it goes on watching what is real.
/// </summary>
public sealed class GroupFloodTests : IDisposable
{
    private const int Junk = 32_000, Step = 400;
    private static readonly TimeSpan Window = SyntheticStream.Pipeline.Monitor.Window;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly InputFeed _feed = new(partitions: 1);
    private readonly List<MonitorOutput> _outputs = [];
    private MonitorState _state = new();
    private StreamMonitor _monitor = null!;
    private System.Reactive.Subjects.Subject<MonitorInput> _inputs = null!;
    private IDisposable _watching = null!;
    private int _window, _number;

    public GroupFloodTests() => Open();

    public void Dispose()
    {
        _watching.Dispose();
        _inputs.Dispose();
    }

    [Fact]
    public void Thirty_two_thousand_values_of_a_group_are_told_keep_memory_flat_and_cost_no_real_group_its_evidence()
    {
        Calm(20);
        var (before, size, heap) = (Evidence("north"), Size(), GC.GetTotalMemory(forceFullCollection: true));

        for (var window = 0; window < 4; window++)
            Flood(Junk / 4);
        Calm(1);
        var (sizeAfter, heapAfter) = (Size(), GC.GetTotalMemory(forceFullCollection: true));

        var alert = Assert.Single(Raised, static raised => raised.Kind == AlertKinds.CardinalityLimit);
        Assert.Contains("groups of region", alert.Title, StringComparison.Ordinal);
        Assert.Contains("Monitoring:Windows:MaxGroups (now 32)", alert.Message, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"checkpoint {size:N0} -> {sizeAfter:N0} bytes, heap {heap / 1024:N0} -> {heapAfter / 1024:N0} KiB after {Junk:N0} junk groups");
        Assert.InRange(sizeAfter, 0, 200_000);
        Assert.InRange(heapAfter - heap, long.MinValue, 16 * 1024 * 1024);
        Assert.InRange(Groups.Count, 2, 32);
        Assert.True(Evidence("north") >= before, "the evidence of a real group was lost");
        Assert.True(Pipeline.Names.UntrackedUses > Junk * 9 / 10);

        Calm(15);
        Assert.Single(Resolved, static resolved => resolved.Kind == AlertKinds.CardinalityLimit);
        Unfair(8);
        Assert.Single(Raised, static raised => raised.Kind == AlertKinds.Fairness);
    }

    [Fact]
    public void Groups_that_come_only_after_a_flood_are_watched_also_over_a_restart()
    {
        for (var window = 0; window < 3; window++)
            Flood(900, real: 0);
        Open();
        Assert.Equal(32, Groups.Count);

        Calm(20);
        Unfair(8);

        Assert.Single(Raised, static raised => raised.Kind == AlertKinds.Fairness);
    }

    [Fact]
    public void A_flood_is_judged_the_same_after_a_restart_in_its_midst()
    {
        static string Told(bool restart)
        {
            using var run = new GroupFloodTests();
            run.Calm(5);
            run.Flood(700);
            if (restart)
                run.Open();
            run.Flood(700);
            run.Calm(14);
            return string.Join('\n', run._outputs.Select(MonitorOutputs.ToJson)) + string.Join(' ', run.Groups.Order(StringComparer.Ordinal));
        }

        Assert.Equal(Told(restart: false), Told(restart: true));
    }

    [Fact]
    public void Labels_and_segments_without_number_are_bounded_and_the_known_ones_go_on()
    {
        Calm(10);
        for (var window = 0; window < 3; window++)
            Take(Enumerable.Range(0, 4_000).Select(n => Text("north", "neutral", topic: $"junk {window} {n}")).Concat(Real(0.2)));
        Calm(2);

        Assert.InRange(Pipeline.Names.Segments.Count, 1, 200);
        Assert.Contains("topic=Macro", Pipeline.Names.Segments.Keys);
        Assert.InRange(Pipeline.Names.Labels["topic"].Count, 1, 1000);
        Assert.Contains("Macro", Pipeline.Names.Labels["topic"].Keys);
        Assert.InRange(_state.Pipelines["financial-news"].Shares.Count, 1, 201);
        Assert.Equal(["labels of topic", "segments"], Raised.Where(static raised => raised.Kind == AlertKinds.CardinalityLimit)
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
    private ICollection<string> Groups => _state.Pipelines["financial-news"].Fairness["region/sentiment=negative"].Keys;

    private long Evidence(string group)
        => _state.Pipelines["financial-news"].Fairness["region/sentiment=negative"][group].Windows.Sum(static window => window.Count);

    private int Size() => _state.ToBytes().Length;

    /// <summary>Opens the monitor, from its checkpoint if there was one.</summary>
    private void Open()
    {
        if (_watching is not null)
        {
            _state = MonitorState.FromBytes(_state.ToBytes());
            Dispose();
        }
        _monitor = new([SyntheticStream.Pipeline], new MonitoringOptions(), _state);
        _inputs = new();
        _watching = _monitor.Watch(_inputs).Subscribe(_outputs.Add);
    }

    private void Calm(int windows)
    {
        for (var window = 0; window < windows; window++)
            Take(Real(0.2));
    }

    private void Unfair(int windows)
    {
        for (var window = 0; window < windows; window++)
            Take(Real(0.7));
    }

    private void Flood(int values, int real = 60)
        => Take(Enumerable.Range(0, values).Select(n => Text($"junk {_window} {n}", "neutral")).Concat(Real(0.2, real)));

    /// <summary>Texts of two regions; of the south as many are negative as is said.</summary>
    private IEnumerable<TextClassified> Real(double south, int texts = 60)
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

    /// <summary>One window of texts, in steps as a worker reports them.</summary>
    private void Take(IEnumerable<TextClassified> texts)
    {
        var at = Start + _window * Window;
        _window++;
        foreach (var step in texts.Select(text => _feed.Place(text with { OccurredAt = at.AddSeconds(5), ClassifiedAt = at }, 0))
            .Chunk(Step))
        {
            foreach (var text in step)
                _inputs.OnNext(new MonitorInput.Prediction(text, 0));
            _inputs.OnNext(new MonitorInput.Progress(_feed.Progress(step, at.AddSeconds(6))));
        }
    }
}
