using static TorchSharp.torch;

namespace StreamBert.Model.Network;

/// <summary>Consecutive texts of a batch whose attention is computed together, padded to one width.</summary>
/// <param name="FirstToken">Index of the first token of the bucket in the batch.</param>
/// <param name="EndToken">Index after its last token.</param>
/// <param name="Gather">The token index of every cell, [texts × width]; null if nothing is padded.</param>
/// <param name="AttentionMask">True for cells with a token, [texts, 1, 1, width]; null if nothing is padded.</param>
/// <param name="Scatter">The cells with tokens, in the order of the tokens; null if nothing is padded.</param>
internal sealed record LengthBucket(
    long FirstToken, long EndToken, long Texts, long Width, Tensor? Gather, Tensor? AttentionMask, Tensor? Scatter) : IDisposable
{
    /// <summary>The width of a bucket is a multiple of this number.</summary>
    private const int WidthStep = 8;

    /// <summary>Groups texts of equal width into buckets.</summary>
    /// <param name="lengths">The number of tokens of each text, in ascending order.</param>
    /// <param name="firstTokens">Index of the first token of each text.</param>
    public static List<LengthBucket> CreateAll(int[] lengths, long[] firstTokens, Device device)
    {
        var buckets = new List<LengthBucket>();
        for (int start = 0, end; start < lengths.Length; start = end)
        {
            end = start + 1;
            while (end < lengths.Length && GetWidth(lengths[end]) == GetWidth(lengths[start])) end++;
            buckets.Add(Create(lengths.AsSpan(start, end - start), firstTokens[start], device));
        }

        return buckets;
    }

    public void Dispose()
    {
        Gather?.Dispose();
        AttentionMask?.Dispose();
        Scatter?.Dispose();
    }

    /// <summary>
    /// Returns the width for a text, which depends on its own length only, so that its result does not depend on the rest of the batch.
    /// </summary>
    private static int GetWidth(int length) => (length + WidthStep - 1) / WidthStep * WidthStep;

    private static LengthBucket Create(ReadOnlySpan<int> lengths, long firstToken, Device device)
    {
        long width = GetWidth(lengths[^1]), tokens = 0;
        foreach (var length in lengths) tokens += length;
        if (lengths[0] == width) return new LengthBucket(firstToken, firstToken + tokens, lengths.Length, width, null, null, null);
        long[] gather = new long[lengths.Length * width], scatter = new long[tokens];
        var mask = new bool[lengths.Length * width];
        long token = 0;
        for (var text = 0; text < lengths.Length; text++)
        {
            var start = token;
            for (var i = 0; i < width; i++)
            {
                var cell = text * width + i;
                mask[cell] = i < lengths[text];
                gather[cell] = mask[cell] ? token : start;
                if (mask[cell]) scatter[token++] = cell;
            }
        }

        return new LengthBucket(firstToken, firstToken + tokens, lengths.Length, width, tensor(gather, device: device),
            tensor(mask, device: device).view(lengths.Length, 1, 1, width), tensor(scatter, device: device));
    }
}
