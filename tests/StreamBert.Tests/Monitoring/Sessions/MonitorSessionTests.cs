using System.Text;
using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Sessions;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State.Connection;
using StreamBert.Tests.Privacy;

namespace StreamBert.Tests.Monitoring.Sessions;

public sealed class MonitorSessionTests : IDisposable
{
    private static readonly DateTimeOffset Now = SyntheticStream.Start;
    private static readonly MonitoringMetrics Metrics = new();
    private static readonly PipelineCatalog Catalog = new([SyntheticStream.Pipeline]);
    private readonly InputFeed _feed = new();
    private readonly List<string> _errors = [];
    private readonly List<NewRecord> _committed = [];
    private readonly Dictionary<(string, int), long> _offsets = [];
    private MonitorSession _session = Open(new());

    [Fact]
    public void Unusable_records_are_reported_by_position_and_the_next_one_is_processed()
    {
        Process([
            Raw("{ broken secret"u8.ToArray()), Raw(null), Raw("[]"u8.ToArray(), topic: Topics.Progress), .. Records(Text(), Now)]);

        Assert.Equal(["predictions/0/0: not a TextClassified", "predictions/0/1: no value", "progress/0/0: not an InputProgress"], _errors);
        Assert.Equal(1, Count(State()));
    }

    [Theory]
    [InlineData(0, 5, 3, 4)]
    [InlineData(0, 5, 3, 6)]
    [InlineData(0, -1, 0, 1)]
    [InlineData(-1, 0, 1, 1)]
    public void Progress_with_impossible_offsets_is_skipped(int partition, long from, long rangeFrom, long rangeTo)
    {
        var progress = new InputProgress
        {
            Topic = "texts.financial-news",
            Partitions = [new(partition, from, 5, [new(rangeFrom, rangeTo)], Now)],
            At = Now
        };

        Process([Raw(Wire.Serialize(progress), topic: Topics.Progress)]);

        Assert.Single(_errors);
        Assert.False(_session.IsWaiting);
    }

    [Fact]
    public void Interactive_texts_and_those_of_unknown_pipelines_are_skipped()
    {
        Process([
            Raw(Wire.Serialize(Text() with { Origin = new(Topics.Interactive, 0, 0) })),
            Raw(Wire.Serialize(Text() with { Origin = new(Topics.Explain, 0, 0) })),
            Raw(Wire.Serialize(Text() with { Pipeline = "unheard-of", Origin = new("texts.unheard-of", 0, 0) })), .. Records(Text(), Now)]);

        Assert.Equal(1, Count(State()));
        Assert.Empty(_errors);
    }

    [Fact]
    public void A_step_with_texts_of_a_pipeline_that_is_no_longer_configured_blocks_no_other()
    {
        Process([.. Records(Text() with { Pipeline = "unheard-of" }, Now), .. Records(Text(), Now)]);

        Assert.False(_session.IsWaiting);
        Assert.Equal(1, Count(State()));
    }

    [Fact]
    public void Redelivered_records_that_the_checkpoint_includes_are_not_counted_again()
    {
        LogRecord[] records = [.. Records(Text(), Now), .. Records(Text(), Now), .. Records(Text(), Now)];
        Process(records[..4]);

        _session = Open(State());
        Process(records);

        Assert.Equal(3, Count(State()));
    }

    [Fact]
    public void A_second_prediction_of_a_text_is_not_counted_before_and_after_a_checkpoint()
    {
        var first = Records(Text(), Now);
        var again = Raw(first[0].Value);
        var second = Records(Text(), Now);
        Process([.. first, again, .. second]);
        Assert.Equal(1, _session.Duplicates);

        _session = Open(State());
        Process([Raw(second[0].Value), .. Records(Text(), Now)]);

        Assert.Equal(1, _session.Duplicates);
        Assert.Equal(3, Count(State()));
        Commit();
        Assert.Equal(0, _session.Duplicates);
    }

    [Fact]
    public void Buffered_predictions_are_part_of_the_checkpoint()
    {
        var records = Records(Text(), Now);
        Process([records[0]]);
        Assert.Equal(0, Count(State()));

        _session = Open(State());
        Process([records[1]]);

        Assert.Equal(1, Count(State()));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(70, false)]
    [InlineData(70, true)]
    public void A_silence_is_raised_within_three_windows_even_with_old_texts_and_after_a_restart(
        int delay,
        bool restart)
    {
        foreach (var (text, partition, arrivesAt) in new SyntheticStream(1) { Rate = static _ => 10 }.Play(150))
            Process(Records(text, arrivesAt.AddSeconds(delay), partition));
        Commit();
        if (restart)
            _session = Open(State());

        List<NewRecord> records = [];
        for (var second = 150; second < 220 && !records.Any(IsAlert); second++)
        {
            Process([Raw(Wire.Serialize(_feed.Progress([], Now.AddSeconds(delay + second))), topic: Topics.Progress)]);
            records.AddRange(Commit());
        }

        var alert = Wire.Deserialize<AlertRaised>(Assert.Single(records, IsAlert).Value);
        Assert.Equal(AlertKinds.VolumeSilence, alert.Kind);
        Assert.InRange((alert.Window.End - Now.AddSeconds(150)).TotalSeconds, 0, 30);
        Assert.Contains(records, static record => record.Topic == Topics.Trends && Wire.Deserialize<TrendUpdated>(record.Value).Count == 0);
    }

    [Fact]
    public void A_replay_of_old_texts_never_advances_by_reports_only()
    {
        var later = Now.AddYears(1);
        foreach (var (text, partition, arrivesAt) in new SyntheticStream(1) { Rate = static _ => 10 }.Play(150))
            Process(Records(text, arrivesAt.AddYears(1), partition));
        Commit();

        Process([Raw(Wire.Serialize(_feed.Progress([], later.AddHours(1))), topic: Topics.Progress)]);

        Assert.DoesNotContain(Commit(), static record => record.Topic is Topics.Trends or Topics.Alerts);
    }

    [Fact]
    public void Late_texts_and_clock_skew_are_reported_by_pipeline()
    {
        Process(Records(Text() with { OccurredAt = Now.AddHours(1) }, Now.AddHours(1)));
        Process(Records(Text() with { OccurredAt = Now.AddHours(2) }, Now.AddHours(2)));
        Process(Records(Text() with { ClaimedTime = Now.AddHours(3), Source = "wire" }, Now.AddHours(2)));

        var record = Assert.Single(Commit(), static record => record.Topic == Topics.EventTime);
        var eventTime = Wire.Deserialize<EventTimeUpdated>(record.Value);

        Assert.Equal((3, 0, 1), (eventTime.Texts, eventTime.Late, eventTime.TooLate));
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromHours(2)), (eventTime.AllowedLateness, eventTime.SufficientLateness));
        Assert.Equal(1, eventTime.ClockSkew["wire"]);
        Assert.DoesNotContain(Commit(), static record => record.Topic == Topics.EventTime);
    }

    [Fact]
    public void Every_pending_record_has_its_type_and_event_time_and_the_last_one_is_a_checkpoint()
    {
        foreach (var (text, partition, arrivesAt) in new SyntheticStream(1).Play(30))
            Process(Records(text, arrivesAt, partition));

        var records = _session.PendingRecords(Now);

        Assert.Equal(Topics.MonitorState, records[^1].Topic);
        var outputs = records.Where(static record => record.Topic != Topics.MonitorState).ToList();
        Assert.All(records.Skip(outputs.Count), static record => Assert.Equal(Topics.MonitorState, record.Topic));
        Assert.Equal(Topics.EventTime, outputs[^1].Topic);
        Assert.Contains(outputs, static record => record.Topic == Topics.Fairness);
        var trends = outputs.SkipLast(1).Where(static record => record.Topic is not (Topics.Fairness or Topics.LabellingSample));
        Assert.All(trends, static record =>
        {
            Assert.Equal(Topics.Trends, record.Topic);
            Assert.Equal(nameof(TrendUpdated), Encoding.UTF8.GetString(record.Headers[RecordHeaders.Type]));
            Assert.Equal(Wire.Deserialize<TrendUpdated>(record.Value).Window.End, record.Timestamp);
        });
    }

    [Fact]
    public void Feedback_is_joined_with_its_prediction_whichever_is_read_first()
    {
        Process([Feedback("early"), .. Records(Text() with { Id = "early" }, Now)]);
        Process([.. Records(Text() with { Id = "late" }, Now), Feedback("late"), Raw("{}"u8.ToArray(), topic: Topics.Feedback)]);

        var feedback = State().Pipelines["financial-news"].Feedback;

        Assert.Equal(["negative", "negative"], feedback.Changes.Select(static change => change.Given!.Label));
        Assert.Empty(feedback.Waiting);
        Assert.Empty(_errors); // what is no feedback is for Training, which reports it
    }

    [Fact]
    public void The_random_sample_is_offered_for_labelling_once()
    {
        var (offered, texts) = (new List<LabellingOffered>(), 0);
        for (; texts < 3000; texts++)
            Process(Records(Text() with { Id = $"t-{texts}" }, Now));
        Offers(offered);
        Offers(offered);

        Assert.Equal(
            Enumerable.Range(0, texts).Select(static number => $"t-{number}").Where(static id => RandomSample.Contains(id, 500)),
            offered.Select(static offer => offer.Id));
        Assert.All(offered, static offer => Assert.Equal($"t-{offer.Prediction.Offset}", offer.Id));
    }

    public void Dispose() => _session.Dispose();

    private void Offers(List<LabellingOffered> offers) => offers.AddRange(
        Commit().Where(static record => record.Topic == Topics.LabellingSample)
            .Select(static record => Wire.Deserialize<LabellingOffered>(record.Value)));

    private LogRecord Feedback(string id) => Raw(
        Wire.Serialize(new FeedbackReceived
        {
            Id = id,
            Pipeline = "financial-news",
            Head = "sentiment",
            Label = "negative",
            OccurredAt = Now,
        }),
        topic: Topics.Feedback);

    private static bool IsAlert(NewRecord record) => record.Topic == Topics.Alerts;

    private static MonitorSession Open(MonitorState state) =>
        new(Catalog, new MonitoringOptions(), state, new(Catalog, TestKeys.None), predictionPartitions: 4);

    private void Process(LogRecord[] records) =>
        _session.Process(Read(records));

    private IReadOnlyList<MonitorRecord> Read(LogRecord[] records)
    {
        var read = new MonitorRecordReader(Catalog).Read(records);
        _errors.AddRange(read.OfType<MonitorRecord.InvalidRecord>()
            .Select(static invalid => $"{invalid.Record.Position}: {invalid.Fault.Detail}"));
        return read;
    }

    private IReadOnlyList<NewRecord> Commit()
    {
        var records = _session.PendingRecords(Now);
        Metrics.Record(_session.MarkCommitted(), Now);
        _committed.AddRange(records);
        return records;
    }

    private MonitorState State() => MonitorStates.Restore([.. _committed, .. _session.PendingRecords(Now)]);

    private static long Count(MonitorState state) => state.Pipelines["financial-news"].Windows.Open.Sum(static window => window.Count);

    private static TextClassified Text() => Predictions.Text(Now);

    /// <summary>Returns a prediction, and the progress that covers it.</summary>
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
