using System.Text;
using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Composition;
using StreamBert.Monitoring.Worker;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Monitoring.Worker;

public sealed class MonitorSessionTests : IDisposable
{
    private static readonly DateTimeOffset Now = SyntheticStream.Start;
    private static readonly MonitoringMetrics Metrics = new();
    private readonly List<string> _faults = [];
    private readonly Dictionary<int, long> _offsets = [];
    private MonitorSession _session = Open(new());

    [Fact]
    public void Records_that_are_no_predictions_are_named_by_position_and_the_next_is_taken()
    {
        Take(Now, Raw(Encoding.UTF8.GetBytes("{ broken secret")), Raw(null), Record(Text(0)));

        Assert.Equal(["predictions/0/0: not a TextClassified", "predictions/0/1: no value"], _faults);
        Assert.Equal(1, Count(State()));
    }

    [Fact]
    public void Texts_tried_out_from_the_future_or_of_unknown_pipelines_are_left_out()
    {
        Take(Now,
            Record(Text(0) with { Origin = new(Topics.Interactive, 0, 0) }),
            Record(Text(0) with { OccurredAt = Now.AddHours(1) }),
            Record(Text(1) with { Pipeline = "unheard-of" }),
            Record(Text(2)));

        Assert.Equal(1, Count(State()));
        Assert.Empty(_faults);
    }

    [Fact]
    public void What_a_checkpoint_holds_is_not_counted_again_when_it_is_delivered_again()
    {
        LogRecord[] records = [Record(Text(0)), Record(Text(1)), Record(Text(2))];
        Take(Now, records[..2]);

        _session = Open(State());
        Take(Now, records);

        Assert.Equal(3, Count(State()));
    }

    [Fact]
    public void A_second_prediction_of_a_text_is_not_counted_also_after_a_checkpoint()
    {
        Take(Now, Record(Text(0)), Record(Text(2)), Record(Text(0)));
        Assert.Equal(1, _session.Duplicates);

        _session = Open(State());
        Take(Now, Record(Text(0)), Record(Text(1)), Record(Text(2)), Record(Text(3)));

        Assert.Equal(2, _session.Duplicates);
        Assert.Equal(4, Count(State()));
        Told();
        Assert.Equal(0, _session.Duplicates);
    }

    [Fact]
    public void A_prediction_that_was_too_early_counts_when_it_comes_again()
    {
        Take(Now.AddHours(-1), Record(Text(0)));
        Take(Now, Record(Text(0)));

        Assert.Equal(0, _session.Duplicates);
        Assert.Equal(1, Count(State()));
    }

    [Fact]
    public void A_live_stream_that_stops_is_told_of_by_the_clock_alone()
    {
        foreach (var (text, partition, arrivesAt) in new SyntheticStream(1).Play(150))
            Take(arrivesAt, Record(text, partition));
        Told();

        List<NewRecord> told = [];
        for (var second = 150; second < 200; second++)
        {
            _session.Tick(Now.AddSeconds(second));
            told.AddRange(Told());
        }

        var alert = Wire.Deserialize<AlertRaised>(Assert.Single(told, record => record.Topic == Topics.Alerts).Value);
        Assert.Equal(AlertKinds.VolumeSilence, alert.Kind);
        Assert.Contains(told, record => record.Topic == Topics.Trends && Wire.Deserialize<TrendUpdated>(record.Value).Count == 0);
    }

    [Fact]
    public void A_replay_of_old_texts_is_never_moved_by_the_clock()
    {
        var later = Now.AddYears(1);
        foreach (var (text, partition, _) in new SyntheticStream(1).Play(150))
            Take(later, Record(text, partition));
        Told();

        _session.Tick(later.AddHours(1));

        Assert.False(_session.HasOutputs);
    }

    [Fact]
    public void Every_record_it_gives_carries_its_type_its_event_time_and_a_checkpoint_closes_them()
    {
        foreach (var (text, partition, arrivesAt) in new SyntheticStream(1).Play(30))
            Take(arrivesAt, Record(text, partition));

        var records = _session.Pending(Now);

        Assert.Equal(Topics.MonitorState, records[^1].Topic);
        Assert.All(records.SkipLast(1), record =>
        {
            Assert.Equal(Topics.Trends, record.Topic);
            Assert.Equal(nameof(TrendUpdated), Encoding.UTF8.GetString(record.Headers[RecordHeaders.Type]));
            Assert.Equal(Wire.Deserialize<TrendUpdated>(record.Value).Window.End, record.Timestamp);
        });
    }

    public void Dispose() => _session.Dispose();

    private static MonitorSession Open(MonitorState state) => new(new PipelineCatalog([SyntheticStream.Pipeline]), new MonitoringOptions(), state);

    private void Take(DateTimeOffset now, params LogRecord[] records) =>
        _session.Take(new(1, records), now, (at, fault) => _faults.Add($"{at.Topic}/{at.Partition}/{at.Offset}: {fault}"));

    private IReadOnlyList<NewRecord> Told()
    {
        var told = _session.Pending(Now);
        _session.Committed(Now, Metrics);
        return told;
    }

    private MonitorState State() => MonitorState.FromBytes(_session.Pending(Now)[^1].Value!);

    private static long Count(MonitorState state) => state.Pipelines["financial-news"].Windows.Open.Sum(window => window.Count);

    private static TextClassified Text(long number) => Predictions.Text(Now) with { Origin = new("texts.financial-news", 0, number) };

    private LogRecord Record(TextClassified prediction, int partition = 0) => Raw(Wire.Serialize(prediction), partition);

    private LogRecord Raw(byte[]? value, int partition = 0)
    {
        var offset = _offsets.GetValueOrDefault(partition);
        _offsets[partition] = offset + 1;
        return new(new(Topics.Predictions, partition, offset), null, value, new Dictionary<string, byte[]>(), Now);
    }
}
