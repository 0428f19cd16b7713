using System.Text;
using Confluent.Kafka;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Kafka;
using StreamBert.Streaming.Log.Kafka.Clients;

namespace StreamBert.Tests.Streaming.Log.Kafka;

/// <summary>Right after a topic was created, or a leader elected, brokers refuse what they are asked for a moment.</summary>
public sealed class KafkaElectionTests(MockKafka kafka) : IClassFixture<MockKafka>
{
    private static readonly ErrorCode[] Election = [.. Enumerable.Repeat(ErrorCode.LeaderNotAvailable, 2), .. Enumerable.Repeat(
        ErrorCode.NotLeaderForPartition,
        3)];
    private readonly string _topic = $"elected-{Guid.NewGuid():N}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Topics_are_created_when_every_leader_answers()
    {
        await using var log = Open();
        kafka.CreateTopic(_topic, 4);
        kafka.Reset(MockRequest.ListOffsets);
        kafka.Inject(MockRequest.ListOffsets, Election);

        await log.CreateTopicsAsync([new(_topic, 4)], Cancellation);

        Assert.True(kafka.Asked(MockRequest.ListOffsets) > Election.Length);
        Assert.Equal(4, (await log.DescribeAsync([_topic], Cancellation)).Count);
    }

    [Theory]
    [InlineData(MockRequest.ListOffsets)]
    [InlineData(MockRequest.OffsetFetch)]
    [InlineData(MockRequest.FindCoordinator)]
    [InlineData(MockRequest.Fetch)]
    [InlineData(MockRequest.Metadata)]
    public async Task Every_query_is_answered_during_an_election(MockRequest request)
    {
        await using var log = Open();
        kafka.CreateTopic(_topic, 1);
        await log.CreateTopicsAsync([new(_topic, 1)], Cancellation);
        await log.AppendAsync([new(_topic, null, "kept"u8.ToArray(), DateTimeOffset.UnixEpoch) { Partition = 0 }], Cancellation);
        var errors = request is MockRequest.OffsetFetch or MockRequest.FindCoordinator
            ? [ErrorCode.NotCoordinatorForGroup, ErrorCode.GroupLoadInProgress]
            : Election;

        Assert.Equal(1, await AskAsync(async () => (await log.DescribeAsync([_topic], Cancellation)).Sum(static p => p.End)));
        Assert.Equal(
            1,
            await AskAsync(async () => (await log.LagAsync($"nobody-{_topic}", [_topic], Cancellation)).Sum(static lag => lag.Lag)));
        Assert.Equal(
            1,
            await AskAsync(async () => await log.ReadToEndAsync(_topic, null, Cancellation,
                awaitOpenTransactions: true).CountAsync(Cancellation)));
        Assert.Equal(
            "kept",
            await AskAsync(async () => Encoding.UTF8.GetString((await log.FetchLastAsync(_topic, 0, Cancellation))!.Value!)));

        async Task<T> AskAsync<T>(Func<Task<T>> question)
        {
            kafka.Reset(request);
            kafka.Inject(request, errors);
            var answer = await question();
            kafka.Reset(request);
            return answer;
        }
    }

    /// <summary>
    /// librdkafka waits up to a second before it looks for a coordinator again, so a question with several refusals needs the default
    /// timeout on a busy machine.
    /// </summary>
    private KafkaEventLog Open() => KafkaErrorTrial.Open(kafka, KafkaSettings.AtLeastOnce, queryTimeoutMs: 10_000);
}
