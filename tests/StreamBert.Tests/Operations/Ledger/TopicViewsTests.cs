using StreamBert.Contracts;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Tests.Operations.Verification;
using StreamBert.Tests.Streaming.Log;

namespace StreamBert.Tests.Operations.Ledger;

/// <summary>Tests what an operator sees of the topics.</summary>
public sealed class TopicViewsTests
{
    private const int Markers = 3;

    [Fact]
    public async Task The_offsets_of_the_embedded_log_are_its_records()
    {
        await using var planted = await PlantedLog.OpenAsync();
        await planted.CommitTextsAsync(0, 5);
        await planted.AppendTextsAsync(1, 4);

        var topic = await ReadAsync(planted.Log, TimeSpan.Zero);

        Assert.Equal((9, false), (topic.Records, topic.RecordsAreUpperBound));
        Assert.Equal(4, topic.Lag["inference"]);
    }

    [Fact]
    public async Task Transaction_markers_are_excluded_after_the_topic_is_read()
    {
        await using var planted = await PlantedLog.OpenAsync();
        await planted.AppendTextsAsync(0, 5);
        var log = new MarkedLog(planted.Log);

        var counted = await ReadAsync(log, TimeSpan.FromMinutes(1));
        var bounded = await ReadAsync(log, TimeSpan.Zero);

        Assert.Equal((5, false), (counted.Records, counted.RecordsAreUpperBound));
        Assert.Equal((5 + (PlantedLog.Partitions * Markers), true), (bounded.Records, bounded.RecordsAreUpperBound));
    }

    private static async Task<TopicView> ReadAsync(IEventLog log, TimeSpan countFor) =>
        (await TopicReader.ReadAsync(
            log,
            new PipelineCatalog(DefaultPipelines.All),
            countFor,
            TimeProvider.System,
            TestContext.Current.CancellationToken))
            .Single(static topic => topic.Topic == PlantedLog.Input);

    /// <summary>An embedded log whose partitions end in offsets without records, as transactions leave them on Kafka.</summary>
    private sealed class MarkedLog(IEventLog log) : DelegatingLog(log)
    {
        public override bool HasTransactionMarkers => true;

        public override async Task<IReadOnlyList<PartitionInfo>> DescribeAsync(
            IReadOnlyCollection<string>? topics, CancellationToken cancellation) =>
            [.. (await base.DescribeAsync(topics, cancellation)).Select(
                static partition => new PartitionInfo(partition.Topic, partition.Partition, partition.Begin, partition.End + Markers))];
    }
}
