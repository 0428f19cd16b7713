using System.Numerics;
using StreamBert.Contracts;

namespace StreamBert.Monitoring.Counts;

/// <summary>
/// Groups 64-bit SimHashes that differ in at most three bits (Manku, Jain and Das Sarma 2007): of four blocks of 16 bits at least one is
/// then equal, so that only hashes with an equal block are compared. Groups are connected components, which do not depend on the order.
/// </summary>
internal static class NearDuplicates
{
    private const int Blocks = SimHash.NearDuplicateDistance + 1, BlockBits = 64 / Blocks;

    /// <summary>Bounds the comparisons of one hash within a block, so that hashes made to collide cost linear time.</summary>
    private const int MaxNeighbours = 64;

    /// <summary>Returns the hashes that have near-duplicates, each with the smallest hash of its group.</summary>
    /// <param name="hashes">Distinct hashes; the array is sorted in place.</param>
    public static Dictionary<ulong, ulong> Group(ulong[] hashes)
    {
        Dictionary<ulong, ulong> parents = [];
        var rotated = new ulong[hashes.Length];
        for (var block = 0; block < Blocks; block++)
        {
            for (var i = 0; i < hashes.Length; i++)
                rotated[i] = BitOperations.RotateLeft(hashes[i], block * BlockBits);
            Array.Sort(rotated);
            JoinNeighbours(rotated, block, parents);
        }
        foreach (var hash in parents.Keys.ToList())
            parents[hash] = Root(parents, hash);
        return parents;
    }

    private static void JoinNeighbours(ulong[] rotated, int block, Dictionary<ulong, ulong> parents)
    {
        for (var i = 0; i < rotated.Length; i++)
        {
            var end = Math.Min(rotated.Length, i + 1 + MaxNeighbours);
            for (var j = i + 1; j < end && rotated[j] >> (64 - BlockBits) == rotated[i] >> (64 - BlockBits); j++)
            {
                if (SimHash.Distance(rotated[i], rotated[j]) <= SimHash.NearDuplicateDistance)
                    Join(parents, Unrotate(rotated[i], block), Unrotate(rotated[j], block));
            }
        }
    }

    private static ulong Unrotate(ulong rotated, int block) => BitOperations.RotateRight(rotated, block * BlockBits);

    private static void Join(Dictionary<ulong, ulong> parents, ulong a, ulong b)
    {
        (a, b) = (Root(parents, a), Root(parents, b));
        parents[a] = parents[b] = Math.Min(a, b);
    }

    private static ulong Root(Dictionary<ulong, ulong> parents, ulong hash)
    {
        while (parents.TryGetValue(hash, out var parent) && parent != hash)
            hash = parent;
        return hash;
    }
}
