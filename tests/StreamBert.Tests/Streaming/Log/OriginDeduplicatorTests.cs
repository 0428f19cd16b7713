using System.Text.Json;
using CsCheck;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Streaming.Log;

public sealed class OriginDeduplicatorTests(ITestOutputHelper output)
{
    private const string Input = "texts.financial-news";

    /// <summary>Foreign records claim what they like.</summary>
    [Fact]
    public void The_largest_offset_takes_no_longer_than_any_other()
    {
        var window = new OffsetWindow();

        Assert.True(window.Add(long.MaxValue));
        Assert.False(window.Add(long.MaxValue));
        Assert.True(window.Add(long.MaxValue - 1));
    }

    [Fact]
    public void Within_the_window_duplicates_are_exact_also_across_checkpoints()
    {
        // Steps ahead by up to 50 or back by less than the window, each in one of three output partitions.
        var steps = Gen.Select(Gen.Int[0, 2], Gen.Bool, Gen.Int[1, 50], Gen.Int[0, OffsetWindow.Size - 1]).Array[1, 2_000];
        Gen.Select(steps, Gen.Long[0, 1L << 40], Gen.Int[50, 500]).Sample(static (walk, start, restart) =>
        {
            var (seen, oracle, highest) = (new OriginDeduplicator(), new HashSet<long>(), start);
            foreach (var (number, (partition, ahead, far, back)) in walk.Index())
            {
                var offset = ahead ? highest + far : Math.Max(start, highest - back);
                highest = Math.Max(highest, offset);
                Assert.Equal(oracle.Add(offset), seen.Add(Output(partition), Origin(offset)));
                if (number % restart == 0)
                    seen = Saved(seen);
            }
        }, iter: 100);
    }

    [Fact]
    public void The_unwritten_part_of_a_read_is_new_and_the_written_part_is_not()
    {
        var seen = new OriginDeduplicator();
        long[] written = [3, 5, 7], read = [0, 1, 2, 3, 4, 5, 6, 7];

        Assert.All(written, offset => Assert.True(seen.Add(Output(0), Origin(offset))));
        Assert.Equal(read.Except(written), read.Where(offset => seen.Add(Output(0), Origin(offset))));
    }

    [Fact]
    public void A_partition_that_is_read_far_behind_the_others_loses_nothing()
    {
        var seen = new OriginDeduplicator();
        for (var offset = 0; offset < 100_000; offset += 2)
            Assert.True(seen.Add(Output(0), Origin(offset)));
        for (var offset = 1; offset < 100_000; offset += 2)
            Assert.True(seen.Add(Output(1), Origin(offset)));
    }

    [Fact]
    public void A_second_outcome_in_another_partition_or_topic_is_a_duplicate()
    {
        var seen = new OriginDeduplicator();

        Assert.True(seen.Add(Output(0), Origin(41)));
        Assert.False(seen.Add(Output(1), Origin(41)));
        Assert.False(seen.Add(new(Topics.DeadLetter, 0, 0), Origin(41)));
        Assert.True(seen.Add(Output(1), new(Input, 1, 41)));
    }

    [Fact]
    public void Offsets_before_the_window_are_duplicates_until_the_stream_restarts()
    {
        var seen = new OriginDeduplicator();
        seen.Add(Output(0), Origin(1_000_000));

        for (var offset = 0; offset < OffsetWindow.Size; offset++)
            Assert.False(seen.Add(Output(0), Origin(offset)));
        Assert.True(seen.Add(Output(0), Origin(OffsetWindow.Size)));
        Assert.False(seen.Add(Output(0), Origin(OffsetWindow.Size)));
        Assert.True(seen.Add(Output(0), Origin(OffsetWindow.Size + 1)));
    }

    [Fact]
    public void Invalid_offsets_and_partitions_beyond_the_limit_are_never_duplicates()
    {
        var seen = new OriginDeduplicator();
        for (var partition = 0; partition < OriginDeduplicator.MaxWindows; partition++)
            seen.Add(Output(0), new(Input, partition, 0));

        Assert.True(seen.Add(Output(0), new(Input, -1, 0)));
        Assert.True(seen.Add(Output(0), new(Input, -1, 0)));
        Assert.True(seen.Add(Output(0), Origin(-1)));
        Assert.True(seen.Add(Output(0), Origin(long.MinValue)));
        Assert.True(seen.Add(Output(0), Origin(long.MaxValue)));
        Assert.False(seen.Add(Output(0), Origin(long.MaxValue)));
    }

    [Fact]
    public void Sixteen_partitions_in_and_four_out_cost_no_allocation_and_a_small_checkpoint()
    {
        var (seen, origins) = (new OriginDeduplicator(), new RecordPosition[16 * 20_000]);
        for (var number = 0; number < origins.Length; number++)
            origins[number] = new(Input, number % 16, number / 16);
        RecordPosition[] outputs = [.. Enumerable.Range(0, 4).Select(Output)];
        for (var first = 0; first < 64; first++)
            seen.Add(outputs[first / 16], origins[first]); // creates the windows

        var started = TimeProvider.System.GetTimestamp();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 64; number < origins.Length; number++)
            seen.Add(outputs[origins[number].Offset * 7 % 11 % 4], origins[number]);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var took = TimeProvider.System.GetElapsedTime(started);
        started = TimeProvider.System.GetTimestamp();
        var json = JsonSerializer.SerializeToUtf8Bytes(seen);

        var saving = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
        output.WriteLine($"{took.TotalNanoseconds / origins.Length:f0} ns each; {json.Length:#,0} bytes in {saving:f1} ms");
        Assert.InRange(allocated, 0, origins.Length / 10); // none for an outcome; the runtime may allocate a little itself
        Assert.InRange(json.Length, 64 * OffsetWindow.SavedBytes, 64 * 1_600);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("""[{"topic":"t","partition":0,"output":"o","outputPartition":0,"offsets":"AAAA"}]""")]
    [InlineData("""[{"topic":null,"partition":0,"output":"o","outputPartition":0,"offsets":null}]""")]
    public void An_invalid_checkpoint_is_rejected(string json) =>
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<OriginDeduplicator>(json));

    private static RecordPosition Output(int partition) => new(Topics.Predictions, partition, 0);

    private static RecordPosition Origin(long offset) => new(Input, 0, offset);

    private static OriginDeduplicator Saved(OriginDeduplicator seen) =>
        JsonSerializer.Deserialize<OriginDeduplicator>(JsonSerializer.Serialize(seen))!;
}
