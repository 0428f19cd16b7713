using System.Text;
using CsCheck;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.Tests.Streaming.Log.Embedded;

public sealed class LogCodecTests
{
    [Fact]
    public void Headers_survive_their_encoding() =>
        Gen.Dictionary(Gen.String[Gen.Char.AlphaNumeric, 0, 300], Gen.Byte.Array[0, 300])[0, 20].Sample(static headers =>
        {
            var (decoded, damage) = HeaderCodec.Decode(HeaderCodec.Encode(headers));
            Assert.Null(damage);
            Assert.Equal(headers.Count, decoded.Count);
            Assert.All(headers, header => Assert.Equal(header.Value, decoded[header.Key]));
        });

    [Fact]
    public void Header_names_may_be_of_any_script()
    {
        var headers = new Dictionary<string, byte[]> { ["größe·数"] = [1], [""] = [] };

        Assert.Equal(headers, HeaderCodec.Decode(HeaderCodec.Encode(headers)).Headers);
    }

    [Fact]
    public void No_headers_take_no_space() => Assert.Null(HeaderCodec.Encode(new Dictionary<string, byte[]>()));

    [Fact]
    public void Row_ids_keep_partitions_apart_and_offsets_in_order() =>
        Gen.Select(Gen.Long[0, (1L << 20) - 2], Gen.Long[0, (1L << 43) - 2]).Sample(static (partition, offset) =>
        {
            var id = LogSchema.RowId(partition, offset);
            Assert.Equal(offset, LogSchema.Offset(id));
            Assert.Equal(id + 1, LogSchema.RowId(partition, offset + 1));
            Assert.InRange(id, 0, LogSchema.RowId(partition + 1, 0) - 1);
        });

    /// <summary>The values are those of Kafka's own test, org.apache.kafka.common.utils.UtilsTest.testMurmur2.</summary>
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    public void The_hash_of_a_key_is_kafkas(string key, int hash) =>
        Assert.Equal(hash, (int)KeyPartitioner.Murmur2(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void A_key_always_falls_into_one_of_the_partitions() =>
        Gen.Select(Gen.Byte.Array[0, 64], Gen.Int[1, 100]).Sample(static (key, partitions) =>
            Assert.InRange(KeyPartitioner.PartitionFor(key, partitions), 0, partitions - 1));
}
