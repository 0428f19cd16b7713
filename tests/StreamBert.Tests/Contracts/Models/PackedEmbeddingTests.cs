using StreamBert.Contracts;

namespace StreamBert.Tests.Contracts.Models;

public sealed class PackedEmbeddingTests
{
    [Fact]
    public void A_packed_embedding_is_restored_within_half_a_step_of_its_largest_value()
    {
        var random = new Random(1);
        for (var run = 0; run < 100; run++)
        {
            var scale = Math.Pow(10, random.Next(-6, 6));
            float[] embedding = [.. Enumerable.Range(0, 32).Select(_ => (float)((random.NextDouble() - 0.5) * scale))];
            var largest = embedding.Max(Math.Abs);

            var restored = PackedEmbedding.Unpack(PackedEmbedding.Pack(embedding));

            Assert.Equal(32, restored.Length);
            Assert.All(restored.Zip(embedding), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, largest / 127 * 0.501));
        }
    }

    [Fact]
    public void Zeros_remain_zeros_and_other_bytes_are_no_embedding()
    {
        Assert.Equal(new float[4], PackedEmbedding.Unpack(PackedEmbedding.Pack(new float[4])));
        Assert.Empty(PackedEmbedding.Unpack([1, 2, 3]));
        Assert.Empty(PackedEmbedding.Unpack([0, 0, 0x80, 0x7F, 1])); // the scale is infinite
    }
}
