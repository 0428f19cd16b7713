using System.Numerics;
using StreamBert.Monitoring.Counts;

namespace StreamBert.Tests.Monitoring.Counts;

public sealed class NearDuplicatesTests
{
    [Fact]
    public void Groups_are_the_connected_components_of_hashes_that_differ_in_at_most_three_bits()
    {
        var random = new Random(2);
        for (var round = 0; round < 50; round++)
        {
            var hashes = Hashes(random, centres: 12, copies: 6).Distinct().ToArray();
            random.Shuffle(hashes);

            var groups = NearDuplicates.Group([.. hashes]);

            Assert.Equal(Components(hashes), hashes.ToDictionary(static hash => hash, hash => groups.GetValueOrDefault(hash, hash)));
        }
    }

    [Fact]
    public void A_hundred_thousand_hashes_in_one_block_take_linear_time() =>
        Assert.NotEmpty(NearDuplicates.Group([.. Enumerable.Range(0, 100_000).Select(static low => (ulong)low)]));

    /// <summary>Random hashes, each with copies in which zero to five bits are flipped.</summary>
    private static IEnumerable<ulong> Hashes(Random random, int centres, int copies)
    {
        for (var centre = 0; centre < centres; centre++)
        {
            var hash = (ulong)random.NextInt64();
            for (var copy = 0; copy < copies; copy++)
            {
                var flipped = hash;
                for (var bits = random.Next(6); bits > 0; bits--)
                    flipped ^= 1UL << random.Next(64);
                yield return flipped;
            }
        }
    }

    /// <summary>The oracle: every pair is compared, and the smallest hash of a component spreads until nothing changes.</summary>
    private static Dictionary<ulong, ulong> Components(ulong[] hashes)
    {
        var smallest = hashes.ToDictionary(static hash => hash);
        for (var hasChanged = true; hasChanged;)
        {
            hasChanged = false;
            foreach (var (a, b) in hashes.SelectMany(a => hashes.Select(b => (a, b))))
            {
                if (BitOperations.PopCount(a ^ b) > 3 || smallest[b] >= smallest[a])
                    continue;
                smallest[a] = smallest[b];
                hasChanged = true;
            }
        }
        return smallest;
    }
}
