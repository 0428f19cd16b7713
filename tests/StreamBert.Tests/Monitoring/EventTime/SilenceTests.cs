using System.Reactive.Subjects;
using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Tests.Monitoring.EventTime;

/// <summary>Runs silences through the whole monitor: with old texts, over restarts and over gaps.</summary>
public sealed class SilenceTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly PipelineOptions Pipeline = SyntheticStream.Pipeline with
    {
        Monitor = new() { Window = TimeSpan.FromMinutes(1) },
    };

    private readonly InputFeed _feed = new(partitions: 1);
    private readonly List<MonitorOutput> _outputs = [];
    private MonitorState _state = new();
    private int _texts;

    [Theory]
    [InlineData(0)]
    [InlineData(70)]
    [InlineData(900)]
    // On the first day the rate of the next hour is unknown, so that ten empty windows are needed.
    public void A_silence_is_raised_with_texts_of_any_usual_delay_and_lasts_until_texts_return(int delay)
    {
        Run([.. Texts(0, 360, delay), .. Silence(360, 420, delay)]);
        var silence = Assert.Single(_outputs.Raised());
        Assert.Equal(AlertKinds.VolumeSilence, silence.Kind);
        Assert.InRange((silence.RaisedAt - Start).TotalMinutes, 361, 372);

        Run([.. Silence(420, 420 + 3 * 1440, delay)]);
        Assert.Empty(_outputs.Resolved());
        var updates = _outputs.Updated();
        Assert.InRange(updates.Count, 8, 12); // 5, 10, 20, … minutes after it fired
        Assert.All(updates, update => Assert.Equal((silence.Id, silence.RaisedAt), (update.Id, update.RaisedAt)));
        Assert.True(updates[^1].Baseline > 0 && updates[^1].Window.End - updates[^1].Window.Start > TimeSpan.FromDays(1));

        Run([.. Texts(420 + 3 * 1440, 430 + 3 * 1440, delay)]);
        Assert.InRange((Assert.Single(_outputs.Resolved()).ResolvedAt - Start).TotalMinutes, 421 + 3 * 1440, 424 + 3 * 1440);
        Assert.Single(_outputs.Raised());
    }

    [Fact]
    public void A_silence_that_began_before_a_restart_is_raised_after_it_and_as_if_there_had_been_none()
    {
        Run([.. Texts(0, 360, 70)]);
        Restart();
        Run([.. Silence(480, 490, 70)]); // the monitor was away for two hours

        var silence = Assert.Single(_outputs.Raised());
        Assert.Equal(AlertKinds.VolumeSilence, silence.Kind);
        Restart();
        Run([.. Silence(490, 600, 70), .. Texts(600, 605, 70)]);

        Assert.Equal(silence.Id, Assert.Single(_outputs.Resolved()).Id);
        Assert.Single(_outputs.Raised());
    }

    [Fact]
    public void A_replay_raises_the_silence_of_a_gap_in_old_texts()
    {
        const int Year = 365 * 86_400;
        Run([.. Texts(0, 360, Year), .. Texts(720, 730, Year)]);

        var silence = Assert.Single(_outputs.Raised());
        Assert.InRange((silence.RaisedAt - Start).TotalMinutes, 361, 372);
        Assert.Equal(silence.Id, Assert.Single(_outputs.Resolved()).Id);
    }

    [Fact]
    public void A_checkpoint_in_every_minute_of_a_silence_changes_nothing()
    {
        List<MonitorInput> inputs = [.. Texts(0, 200, 30), .. Silence(200, 260, 30), .. Texts(260, 265, 30)];
        Run(inputs);
        var expected = _outputs.ConvertAll(MonitorOutputs.ToJson);
        _outputs.Clear();
        _state = new();

        foreach (var part in inputs.Chunk(40))
        {
            Run([.. part]);
            Restart();
        }

        Assert.Equal(expected, _outputs.ConvertAll(MonitorOutputs.ToJson));
    }

    /// <summary>Twenty texts per minute, each received after a delay in seconds.</summary>
    private IEnumerable<MonitorInput> Texts(int fromMinute, int toMinute, int delay)
    {
        for (var text = 20 * fromMinute; text < 20 * toMinute; text++)
        {
            var time = Start.AddSeconds(3 * text);
            foreach (var input in _feed.Take(Predictions.Text(time, id: $"t-{_texts++}"), receivedAt: time.AddSeconds(delay)))
                yield return input;
        }
    }

    /// <summary>Reports of an idle input, twice a minute.</summary>
    private IEnumerable<MonitorInput> Silence(int fromMinute, int toMinute, int delay) =>
        Enumerable.Range(2 * fromMinute, 2 * (toMinute - fromMinute)).Select(
            half => (MonitorInput)new MonitorInput.Progress(_feed.Progress([], Start.AddSeconds(30 * half + delay))));

    private void Restart() => _state = MonitorStates.FromBytes(MonitorStates.ToBytes(_state));

    private void Run(List<MonitorInput> inputs)
    {
        var monitor = new StreamMonitor([Pipeline], new MonitoringOptions(), _state);
        using var source = new Subject<MonitorInput>();
        using var subscription = monitor.Watch(source).Subscribe(_outputs.Add);
        inputs.ForEach(source.OnNext);
        Assert.Empty(monitor.Failures);
    }
}
