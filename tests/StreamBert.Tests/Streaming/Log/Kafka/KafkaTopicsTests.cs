using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Kafka.Administration;
using StreamBert.Streaming.Log.Kafka.Clients;
using StreamBert.Tests.Streaming.Hosting.Logging;

namespace StreamBert.Tests.Streaming.Log.Kafka;

/// <summary>
/// What a real broker does and the mock cannot: it answers a commit before its markers are written, and elects leaders that do not know it
/// yet.
/// </summary>
public sealed class KafkaTopicsTests
{
    private const string Topic = "outputs";
    private const int Written = 7;
    private static readonly TopicPartition Partition = new(Topic, 0);

    private readonly List<(OffsetSpec Spec, IsolationLevel Isolation)> _asked = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    public async Task A_read_of_just_committed_records_waits_for_their_transaction_markers(int late)
    {
        var topics = Topics(asked => asked.Spec is not OffsetSpec.LatestSpec ? 0
            : asked.Isolation == IsolationLevel.ReadUncommitted || Committed() > late ? Written : 3);

        var described = Assert.Single(await topics.DescribeAfterOpenTransactionsAsync(Topic, Cancellation));

        Assert.Equal(Written, described.End);
        Assert.Equal(late + 1, Committed());

        int Committed()
            => _asked.Count(static asked => asked.Spec is OffsetSpec.LatestSpec && asked.Isolation == IsolationLevel.ReadCommitted);
    }

    [Fact]
    public async Task A_description_does_not_wait_for_transaction_markers()
    {
        var topics = Topics(static asked => asked.Spec is OffsetSpec.LatestSpec ? 3 : 0);

        Assert.Equal(3, Assert.Single(await topics.DescribeAsync([Topic], Cancellation)).End);
        Assert.Equal(2, _asked.Count);
    }

    [Theory]
    [InlineData(ErrorCode.NotLeaderForPartition)]
    [InlineData(ErrorCode.LeaderNotAvailable)]
    [InlineData(ErrorCode.ReplicaNotAvailable)]
    [InlineData(ErrorCode.UnknownTopicOrPart)]
    public async Task A_topic_is_created_when_its_leaders_answer_and_not_when_they_are_elected(ErrorCode error)
    {
        var refusals = 5;
        var topics = Topics(_ => refusals-- > 0 ? throw Refused(error) : 0);

        await topics.CreateAsync([new(Topic, 1)], Cancellation);

        Assert.Equal(6, _asked.Count);
    }

    [Theory]
    [InlineData(ErrorCode.NotLeaderForPartition)]
    [InlineData(ErrorCode.KafkaStorageError)]
    public async Task A_query_is_retried_after_transient_errors(ErrorCode error)
    {
        var refusals = 3;
        var topics = Topics(_ => refusals-- > 0 ? throw Refused(error) : 2);

        Assert.Equal(2, Assert.Single(await topics.DescribeAsync([Topic], Cancellation)).End);
    }

    [Fact]
    public async Task A_query_is_not_retried_beyond_its_timeout()
    {
        var topics = Topics(static _ => throw Refused(ErrorCode.NotLeaderForPartition), queryTimeoutMs: 100);

        var e = await Assert.ThrowsAsync<LogUnavailableException>(() => topics.DescribeAsync([Topic], Cancellation));

        Assert.Contains("leader", e.Message, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(_asked.Count, 2, 10);
    }

    [Fact]
    public async Task An_error_that_is_not_transient_is_not_retried()
    {
        var topics = Topics(static _ => throw Refused(ErrorCode.TopicAuthorizationFailed));

        await Assert.ThrowsAsync<ListOffsetsException>(() => topics.DescribeAsync([Topic], Cancellation));

        Assert.Single(_asked);
    }

    private KafkaTopics Topics(Func<(OffsetSpec Spec, IsolationLevel Isolation), long> offset, int queryTimeoutMs = 10_000)
    {
        var admin = Stub.Of<IAdminClient>((nameof(IAdminClient.GetMetadata), static _ => Metadata()));
        var settings = new KafkaSettings(
            new Dictionary<string, string> { ["BootstrapServers"] = "none:1", ["QueryTimeoutMs"] = $"{queryTimeoutMs}" });
        return new(admin, ListAsync, new(settings, TimeProvider.System, NullLogger.Instance));

        Task<ListOffsetsResult> ListAsync(IEnumerable<TopicPartitionOffsetSpec> specs, ListOffsetsOptions options)
        {
            var asked = (specs.Single().OffsetSpec, options.IsolationLevel);
            _asked.Add(asked);
            return AnswerAsync(() => offset(asked));
        }
    }

    private static Metadata Metadata() => new(
        [new(1, "none", 1)], [new(Topic, [new(0, 1, [1], [1], new(ErrorCode.NoError))], new(ErrorCode.NoError))], 1, "none:1");

    private static Task<ListOffsetsResult> AnswerAsync(Func<long> offset)
    {
        try
        {
            return Task.FromResult(Result(new(Partition, offset(), new Error(ErrorCode.NoError))));
        }
        catch (ListOffsetsException e)
        {
            return Task.FromException<ListOffsetsResult>(e);
        }
    }

    private static ListOffsetsException Refused(ErrorCode code) => new(new()
    {
        ResultInfos = [new() { TopicPartitionOffsetError = new(Partition, Offset.Unset, new Error(code)) }],
    });

    private static ListOffsetsResult Result(TopicPartitionOffsetError offset)
        => new() { ResultInfos = [new() { TopicPartitionOffsetError = offset }] };
}
