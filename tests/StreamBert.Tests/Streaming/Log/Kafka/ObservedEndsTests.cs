using Confluent.Kafka;
using CsCheck;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Kafka.Administration;

namespace StreamBert.Tests.Streaming.Log.Kafka;

public sealed class ObservedEndsTests
{
    private static readonly TopicPartition Partition = new("predictions", 0);

    [Fact]
    public void A_reader_after_the_last_record_has_no_lag_although_markers_follow()
    {
        var ends = new ObservedEnds();
        ends.Record(Partition, 7, 9);

        var partition = ends.ApplyTo(new("predictions", 0, 0, 9));

        Assert.Equal((0, 0, 3), (partition.LagAt(7), partition.LagAt(9), partition.LagAt(6)));
    }

    [Fact]
    public void Later_offsets_count_as_records()
    {
        var ends = new ObservedEnds();
        ends.Record(Partition, 7, 9);

        Assert.Equal(3, ends.ApplyTo(new("predictions", 0, 0, 10)).LagAt(7));
        Assert.Equal(2, ends.ApplyTo(new("dead-letter", 0, 0, 9)).LagAt(7));
    }

    [Fact]
    public void A_lag_of_0_is_reported_exactly_after_the_last_record() => Gen
        .Select(Gen.Bool.Array[1, 30], Gen.Int[0, 30].Array[0, 8])
        .Sample(static (isRecord, starts) =>
            {
                var ends = new ObservedEnds();
                var end = 0;
                foreach (var start in starts.Append(0))
                {
                    // Each reader begins somewhere at a moment when the log has grown, and reads to its end.
                    end = Math.Min(isRecord.Length, end + (start % 5) + 1);
                    var last = Array.LastIndexOf(isRecord, true, end - 1, end);
                    if (start < end)
                        ends.Record(Partition, Math.Max(start, last + 1), end);
                }

                var partition = ends.ApplyTo(new("predictions", 0, 0, end));

                var behindLast = Array.LastIndexOf(isRecord, true, end - 1, end) + 1;
                for (var position = 0; position < behindLast; position++)
                    Assert.Equal(end - position, partition.LagAt(position));
                Assert.Equal(0, partition.LagAt(behindLast));
            });
}
