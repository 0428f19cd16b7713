using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Composition;
using StreamBert.Monitoring.Worker;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State.Connection;
using StreamBert.Tests.Privacy;

namespace StreamBert.Tests.Monitoring.Worker;

public sealed class MonitorSessionTests : IDisposable
{
    private static readonly DateTimeOffset Now = SyntheticStream.Start;
    private static readonly MonitoringMetrics Metrics = new();
    private static readonly PipelineCatalog Catalog = new([SyntheticStream.Pipeline]);
    private static readonly UnusableRecords Faults = new(NullLogger<UnusableRecords>.Instance);
    private readonly InputFeed _feed = new();
    private readonly List<string> _faults = [];
    private readonly Dictionary<(string, int), long> _offsets = [];
    private MonitorSession _session = Open(new());

    [Fact]
    public void Records_that_cannot_be_read_are_named_by_position_and_the_next_is_taken()
    {
        Take([Raw(Encoding.UTF8
            .GetBytes("{ broken secret")), Raw(null), Raw(Encoding.UTF8.GetBytes("[]"), topic: Topics.Progress), .. Records(Text(), Now)]);

        Assert.Equal(["predictions/0/0: not a TextClassified", "predictions/0/1: no value", "progress/0/0: not an InputProgress"], _faults);
        Assert.Equal(1, Count(State()));
    }

    [Theory]
    [InlineData(0, 5, 3, 4)]
    [InlineData(0, 5, 3, 6)]
    [InlineData(0, -1, 0, 1)]
    [InlineData(-1, 0, 1, 1)]
    public void Progress_whose_offsets_make_no_sense_is_left_out(int partition, long from, long rangeFrom, long rangeTo)
    {
        var progress = new InputProgress
        {
            Topic = "texts.financial-news",
            Partitions = [new(partition, from, 5, [new(rangeFrom, rangeTo)], Now)],
            At = Now
        };

        Take([Raw(Wire.Serialize(progress), topic: Topics.Progress)]);

        Assert.Single(_faults);
        Assert.False(_session.IsWaiting);
    }

    [Fact]
    public void Texts_tried_out_or_of_unknown_pipelines_are_left_out()
    {
        Take([
            Raw(Wire.Serialize(Text() with { Origin = new(Topics
                .Interactive, 0, 0) })), Raw(Wire.Serialize(Text() with { Origin = new(Topics.Explain, 0, 0) })),
            Raw(Wire.Serialize(Text() with { Pipeline = "unheard-of", Origin = new("texts.unheard-of", 0, 0) })), .. Records(Text(), Now)]);

        Assert.Equal(1, Count(State()));
        Assert.Empty(_faults);
    }

    [Fact]
    public void A_step_with_texts_of_a_pipeline_that_is_not_configured_any_more_holds_nobody_back()
    {
        Take([.. Records(Text() with { Pipeline = "unheard-of" }, Now), .. Records(Text(), Now)]);

        Assert.False(_session.IsWaiting);
        Assert.Equal(1, Count(State()));
    }

    [Fact]
    public void What_a_checkpoint_holds_is_not_counted_again_when_it_is_delivered_again()
    {
        LogRecord[] records = [.. Records(Text(), Now), .. Records(Text(), Now), .. Records(Text(), Now)];
        Take(records[..4]);

        _session = Open(State());
        Take(records);

        Assert.Equal(3, Count(State()));
    }

    [Fact]
    public void A_second_prediction_of_a_text_is_not_counted_also_after_a_checkpoint()
    {
        var first = Records(Text(), Now);
        var again = Raw(first[0].Value);
        var second = Records(Text(), Now);
        Take([.. first, again, .. second]);
        Assert.Equal(1, _session.Duplicates);

        _session = Open(State());
        Take([Raw(second[0].Value), .. Records(Text(), Now)]);

        Assert.Equal(1, _session.Duplicates);
        Assert.Equal(3, Count(State()));
        Told();
        Assert.Equal(0, _session.Duplicates);
    }

    [Fact]
    public void Predictions_whose_turn_has_not_come_are_part_of_the_checkpoint()
    {
        var records = Records(Text(), Now);
        Take([records[0]]);
        Assert.Equal(0, Count(State()));

        _session = Open(State());
        Take([records[1]]);

        Assert.Equal(1, Count(State()));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(70, false)]
    [InlineData(70, true)]
    public void A_stream_that_stops_is_reported_within_three_windows_also_if_its_texts_were_old_and_the_monitor_was_restarted(
        int delay,
        bool restart)
    {
        foreach (var (text, partition, arrivesAt) in new SyntheticStream(1).Play(150))
            Take(Records(text, arrivesAt.AddSeconds(delay), partition));
        Told();
        if (restart)
            _session = Open(State());

        List<NewRecord> told = [];
        for (var second = 150; second < 220 && !told.Any(IsAlert); second++)
        {
            Take([Raw(Wire.Serialize(_feed.Progress([], Now.AddSeconds(delay + second))), topic: Topics.Progress)]);
            told.AddRange(Told());
        }

        var alert = Wire.Deserialize<AlertRaised>(Assert.Single(told, IsAlert).Value);
        Assert.Equal(AlertKinds.VolumeSilence, alert.Kind);
        Assert.InRange((alert.Window.End - Now.AddSeconds(150)).TotalSeconds, 0, 30);
        Assert.Contains(told, static record => record.Topic == Topics.Trends && Wire.Deserialize<TrendUpdated>(record.Value).Count == 0);
    }

    [Fact]
    public void A_replay_of_old_texts_is_never_moved_by_the_reports_alone()
    {
        var later = Now.AddYears(1);
        foreach (var (text, partition, arrivesAt) in new SyntheticStream(1).Play(150))
            Take(Records(text, arrivesAt.AddYears(1), partition));
        Told();

        Take([Raw(Wire.Serialize(_feed.Progress([], later.AddHours(1))), topic: Topics.Progress)]);

        Assert.DoesNotContain(Told(), static record => record.Topic is Topics.Trends or Topics.Alerts);
    }

    [Fact]
    public void Late_texts_and_clocks_that_are_ahead_are_told_of_by_pipeline()
    {
        Take(Records(Text() with { OccurredAt = Now.AddHours(1) }, Now.AddHours(1)));
        Take(Records(Text() with { OccurredAt = Now.AddHours(2) }, Now.AddHours(2)));
        Take(Records(Text() with { ClaimedTime = Now.AddHours(3), Source = "wire" }, Now.AddHours(2)));

        var told = Wire.Deserialize<EventTimeUpdated>(Assert.Single(Told(), static record => record.Topic == Topics.EventTime).Value);

        Assert.Equal((3, 0, 1), (told.Texts, told.Late, told.TooLate));
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromHours(2)), (told.AllowedLateness, told.SufficientLateness));
        Assert.Equal(1, told.ClockSkew["wire"]);
        Assert.DoesNotContain(Told(), static record => record.Topic == Topics.EventTime);
    }

    [Fact]
    public void Every_record_it_gives_carries_its_type_its_event_time_and_a_checkpoint_closes_them()
    {
        foreach (var (text, partition, arrivesAt) in new SyntheticStream(1).Play(30))
            Take(Records(text, arrivesAt, partition));

        var records = _session.Pending(Now);

        Assert.Equal(Topics.MonitorState, records[^1].Topic);
        Assert.Equal(Topics.EventTime, records[^2].Topic);
        Assert.All(records.SkipLast(2), static record =>
        {
            Assert.Equal(Topics.Trends, record.Topic);
            Assert.Equal(nameof(TrendUpdated), EventRecord.Header(record.Headers, RecordHeaders.Type));
            Assert.Equal(Wire.Deserialize<TrendUpdated>(record.Value).Window.End, record.Timestamp);
        });
    }

    public void Dispose() => _session.Dispose();

    private static bool IsAlert(NewRecord record) => record.Topic == Topics.Alerts;

    private static MonitorSession Open(MonitorState state)
        => new(Catalog, new MonitoringOptions(), state, new(Catalog, TestKeys.None), predictionPartitions: 4);

    private void Take(LogRecord[] records) =>
        _session.Take(Read(records));

    private IReadOnlyList<MonitorRecord> Read(LogRecord[] records)
    {
        var read = new MonitorReader(Catalog).Read(records);
        _faults.AddRange(read.Where(
            static record => record.Fault is not null).Select(static record => $"{record.Record.Position}: {record.Fault!.Detail}"));
        return read;
    }

    private IReadOnlyList<NewRecord> Told()
    {
        var told = _session.Pending(Now);
        _session.Committed(Now, Metrics, Faults);
        return told;
    }

    private MonitorState State() => MonitorState.FromBytes(_session.Pending(Now)[^1].Value!);

    private static long Count(MonitorState state) => state.Pipelines["financial-news"].Windows.Open.Sum(static window => window.Count);

    private static TextClassified Text() => Predictions.Text(Now);

    /// <summary>A prediction, and the progress that covers it.</summary>
    private LogRecord[] Records(TextClassified text, DateTimeOffset receivedAt, int partition = 0)
    {
        var placed = _feed.Place(text, partition);
        return [Raw(Wire.Serialize(placed), partition), Raw(Wire.Serialize(_feed.Progress([placed], receivedAt)), topic: Topics.Progress)];
    }

    private LogRecord Raw(byte[]? value, int partition = 0, string topic = Topics.Predictions)
    {
        var offset = _offsets.GetValueOrDefault((topic, partition));
        _offsets[(topic, partition)] = offset + 1;
        return new(new(topic, partition, offset), null, value, new Dictionary<string, byte[]>(), Now);
    }
}
