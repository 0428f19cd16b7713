namespace StreamBert.Contracts;

/// <summary>
/// Chooses texts for labelling by a hash of their ids. The choice does not depend on the prediction, the order or a restart, so the
/// accuracy of the sample is that of the stream.
/// </summary>
public static class RandomSample
{
    /// <summary>Tells whether the text is in the sample.</summary>
    /// <param name="id">The id of the text.</param>
    /// <param name="every">One text in so many is in the sample; 0 for none.</param>
    public static bool Contains(string id, int every) => every > 0 && Hash(id) % (ulong)every == 0;

    /// <summary>Computes FNV-1a with the seed of this use and a final mixing step (that of MurmurHash3).</summary>
    private static ulong Hash(string id)
    {
        var hash = 0xa0761d6478bd642fUL;
        foreach (var character in id)
            hash = (hash ^ character) * 1099511628211UL;
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }
}
