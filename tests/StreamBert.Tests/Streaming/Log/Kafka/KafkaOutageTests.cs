using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Inference.Rollout;
using StreamBert.Monitoring;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Kafka;
using StreamBert.Streaming.Log.Kafka.Clients;
using StreamBert.Streaming.Supervision;
using StreamBert.Tests.Inference;
using StreamBert.Tests.Monitoring;
using StreamBert.Tests.Privacy;

namespace StreamBert.Tests.Streaming.Log.Kafka;

/// <summary>
/// Stops the broker for longer than the timeouts of sessions, transactions and messages (seconds here, minutes in production) and starts it
/// again: every service resumes without a restart.
/// </summary>
public sealed class KafkaOutageTests(MockKafka kafka) : IClassFixture<MockKafka>
{
    /// <summary>Messages and transactions live 4 s here, sessions 1 s.</summary>
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(6);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(KafkaSettings.ExactlyOnce)]
    [InlineData(KafkaSettings.AtLeastOnce)]
    public async Task A_reader_resumes_after_an_outage_at_its_start_and_one_later(string delivery)
    {
        using var own = new MockKafka();
        await using var plain = KafkaErrorTrial.Open(own, KafkaSettings.AtLeastOnce);
        await using var trial = new KafkaErrorTrial(own, new(delivery, MockRequest.Fetch, ErrorCode.NoError, Outage));

        var result = await trial.RunAsync(plain, Cancellation);

        Assert.Null(result.Fault);
    }

    [Fact]
    public async Task An_append_during_an_outage_fails_as_unavailable_and_the_next_one_after_it_succeeds()
    {
        await using var log = await OpenAsync("appended");
        kafka.GoDown();

        await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAsync([Record("appended", "lost")], Cancellation));
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.DescribeAsync(["appended"], Cancellation));
        kafka.ComeUp();

        await EventuallyAsync(async () => await log.AppendAsync([Record("appended", "kept")], Cancellation));
        Assert.Contains("kept", await log.ReadToEndAsync("appended", null, Cancellation).Select(Value).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_partition_without_a_leader_makes_the_log_unavailable_and_never_counts_as_missing()
    {
        await using var log = await OpenAsync("led");
        await log.AppendAsync([Record("led", "kept")], Cancellation);
        kafka.TakeLeader("led", 0);

        await Assert.ThrowsAsync<LogUnavailableException>(() => log.DescribeAsync(["led"], Cancellation));
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.FetchLastAsync("led", 0, Cancellation));
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.LagAsync("nobody", ["led"], Cancellation));
        kafka.GiveLeader("led", 0);

        await EventuallyAsync(async () => Assert.Equal("kept", Value((await log.FetchLastAsync("led", 0, Cancellation))!)));
    }

    [Fact]
    public async Task A_start_while_a_partition_has_no_leader_waits_for_it()
    {
        await using var log = await OpenAsync(Topics.Models);
        kafka.TakeLeader(Topics.Models, 0);
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.DescribeAsync([Topics.Models], Cancellation));

        var topics = log.CreateTopicsAsync([new(Topics.Models, 1)], Cancellation);
        var refused = new RefusedVersions(log, new(DefaultPipelines.All), new(), TimeProvider.System, NullLogger<RefusedVersions>.Instance);
        var models = new ModelFollower(
            new(log, refused, new(NullLogger<UnusableRecords>.Instance), TimeProvider.System),
            static _ => throw new InvalidOperationException(), static _ => "",
            new(static (_, _) => Task.FromResult(true)), refused, TimeSpan.FromMilliseconds(50),
            new(TimeProvider.System, NullLogger<Supervisor>.Instance), TimeProvider.System,
            NullLogger<ModelFollower>.Instance)
            .ReadTargetsAsync(Cancellation);
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.DescribeAsync([Topics.Models], Cancellation));
        Assert.False(topics.IsCompleted || models.IsCompleted);
        kafka.GiveLeader(Topics.Models, 0);

        await topics;
        Assert.Empty(await models);
    }

    [Fact]
    public async Task A_tail_resumes_after_an_outage_without_gap_or_duplicate()
    {
        await using var log = await OpenAsync("tailed");
        await log.AppendAsync([Record("tailed", "before")], Cancellation);
        await using var tail = log.TailAsync("tailed", new Dictionary<int, long>(), Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await tail.MoveNextAsync());
        Assert.Equal("before", Value(Assert.Single(tail.Current)));
        var next = tail.MoveNextAsync();

        await BeAwayAsync();
        await EventuallyAsync(async () => await log.AppendAsync([Record("tailed", "after")], Cancellation));

        Assert.True(await next);
        Assert.Equal("after", Value(Assert.Single(tail.Current)));
    }

    [Fact]
    public async Task Inference_classifies_every_text_during_an_outage()
    {
        const int Count = 400;
        await using var place = new InferenceBench(TestModels.Counting(), log: KafkaErrorTrial.Open(kafka, KafkaSettings.AtLeastOnce));
        await place.CreateTopicsAsync();
        await using var loop = place.Start();
        await place.AppendAsync([.. Enumerable.Range(0, Count / 2).Select(static i => InferenceBench.Text($"{i}", "a b"))]);
        await place.PredictionsAsync(1);

        await BeAwayAsync();
        await EventuallyAsync(
            () => place.AppendAsync([.. Enumerable.Range(Count / 2, Count / 2).Select(static i => InferenceBench.Text($"{i}", "a b"))]));

        var ids = new HashSet<string>();
        await foreach (var records in place.Log.TailAsync(Topics.Predictions, new Dictionary<int, long>(), Cancellation))
        {
            ids.UnionWith(records.Select(static record => Wire.Deserialize<TextClassified>(record.Value).Id));
            if (ids.Count == Count)
                break;
        }
        Assert.Equal(Count, ids.Count);
    }

    [Fact]
    public async Task Monitoring_resumes_after_an_outage_and_counts_every_prediction_once()
    {
        using var own = new MockKafka();
        await using var log = KafkaErrorTrial.Open(own, KafkaSettings.AtLeastOnce);
        await log.CreateTopicsAsync([.. new[] {
            Topics.Predictions,
            Topics.Progress,
            Topics.Trends,
            Topics.EventTime,
            Topics.Alerts,
            Topics.MonitorState,
            Topics.Rules,
            Topics.Feedback,
            Topics.Models }.Select(static name => new TopicSpec(name, 1))], Cancellation);
        var predictions = new SyntheticStream(2).Play(40).Select(
            static p => new NewRecord(Topics.Predictions, null, Wire.Serialize(p.Text), p.Text.OccurredAt) { Partition = 0 }).ToList();
        await log.AppendAsync(predictions[..(predictions.Count / 2)], Cancellation);
        using var worker = new MonitoringWorker(
            log, new([SyntheticStream.Pipeline]), Options.Create(
                new MonitoringOptions { ReadBatchSize = 100, CommitInterval = TimeSpan.FromMilliseconds(20) }),
            new(new([SyntheticStream.Pipeline]), TestKeys.None), new(), new(NullLogger<UnusableRecords>.Instance), new Readiness(),
            new(TimeProvider.System, NullLogger<Supervisor>.Instance), TimeProvider.System, NullLogger<MonitoringWorker>.Instance);
        await worker.StartAsync(Cancellation);
        await EventuallyAsync(() => ReadAsync(log, 1, worker));

        own.GoDown();
        await Task.Delay(Outage, Cancellation);
        own.ComeUp();
        await EventuallyAsync(() => log.AppendAsync(predictions[(predictions.Count / 2)..], Cancellation));

        await EventuallyAsync(() => ReadAsync(log, predictions.Count, worker));
        await worker.StopAsync(Cancellation);
    }

    /// <summary>Throws until the monitor has read so many.</summary>
    private static async Task ReadAsync(IEventLog log, long count, MonitoringWorker worker)
    {
        Assert.False(worker.ExecuteTask!.IsCompleted, worker.ExecuteTask.Exception?.ToString());
        var read = (await log.LagAsync(ConsumerGroups.Monitoring, [Topics.Predictions], Cancellation)).Sum(static lag => lag.Committed);
        if (read < count)
            throw new LogUnavailableException($"{read} of {count} are read");
    }

    private async Task BeAwayAsync()
    {
        kafka.GoDown();
        await Task.Delay(Outage, Cancellation);
        kafka.ComeUp();
    }

    private async Task<IEventLog> OpenAsync(string topic)
    {
        kafka.CreateTopic(topic, 1);
        var log = KafkaErrorTrial.Open(kafka, KafkaSettings.AtLeastOnce);
        await log.CreateTopicsAsync([new(topic, 1)], Cancellation);
        return log;
    }

    /// <summary>As services do: again, while the log is away.</summary>
    private static async Task EventuallyAsync(Func<Task> step)
    {
        while (true)
        {
            try
            {
                await step();
                return;
            }
            catch (LogUnavailableException)
            {
                await Task.Delay(100, Cancellation);
            }
        }
    }

    private static NewRecord Record(string topic, string text)
        => new(topic, null, Encoding.UTF8.GetBytes(text), DateTimeOffset.UnixEpoch) { Partition = 0 };

    private static string Value(LogRecord record) => Encoding.UTF8.GetString(record.Value!);
}
