using static TorchSharp.torch;

namespace StreamBert.Model.Network;

/// <summary>
/// The tokens of several texts concatenated in ascending order of text length, so that linear layers process real tokens only. Attention
/// is computed per bucket of similar lengths; only inside a bucket texts are padded.
/// </summary>
internal sealed class PackedBatch : IDisposable
{
    private readonly int[][] _packedIds;

    private PackedBatch(int[][] packedIds) => _packedIds = packedIds;

    /// <summary>The token ids, [tokens].</summary>
    public required Tensor Ids { get; init; }

    /// <summary>The token types, [tokens]: 0 for the first text of a pair, 1 for the second; null if the batch has no pairs.</summary>
    public required Tensor? TokenTypeIds { get; init; }

    /// <summary>The packed index of the text that each token belongs to, [tokens].</summary>
    public required Tensor TextIndices { get; init; }

    /// <summary>Index of the first token of each text, [texts].</summary>
    public required Tensor FirstTokens { get; init; }

    /// <summary>The number of tokens of each text as float32, [texts, 1].</summary>
    public required Tensor Lengths { get; init; }

    public required IReadOnlyList<LengthBucket> Buckets { get; init; }

    /// <summary>The index in the caller's list for each packed index.</summary>
    public required int[] OriginalIndices { get; init; }

    /// <summary>The number of tokens.</summary>
    public required int TokenCount { get; init; }

    /// <summary>The number of texts.</summary>
    public int TextCount => OriginalIndices.Length;

    /// <summary>Packs texts into a batch.</summary>
    /// <param name="texts">The token ids of each text.</param>
    /// <param name="secondTextStarts">
    /// The index of the first token of type 1 in each text, its length if there is none; null if no text has one.
    /// </param>
    public static PackedBatch Create(IReadOnlyList<int[]> texts, Device device, IReadOnlyList<int>? secondTextStarts = null)
    {
        var order = Enumerable.Range(0, texts.Count).OrderBy(i => texts[i].Length).ToArray();
        int[][] packed = [.. order.Select(i => texts[i])];
        var lengths = Array.ConvertAll(packed, static text => text.Length);
        var tokenCount = lengths.Sum();
        long[] ids = new long[tokenCount], textIndices = new long[tokenCount], firstTokens = new long[packed.Length];
        var token = 0;
        for (var text = 0; text < packed.Length; text++)
        {
            firstTokens[text] = token;
            foreach (var id in packed[text]) (ids[token], textIndices[token++]) = (id, text);
        }

        return new PackedBatch(packed)
        {
            Ids = tensor(ids, device: device),
            TokenTypeIds = CreateTokenTypeIds(packed, order, secondTextStarts, device),
            TextIndices = tensor(textIndices, device: device),
            FirstTokens = tensor(firstTokens, device: device),
            Lengths = tensor(Array.ConvertAll(lengths, static length => (float)length), device: device).unsqueeze_(1),
            Buckets = LengthBucket.CreateAll(lengths, firstTokens, device),
            OriginalIndices = order,
            TokenCount = tokenCount,
        };
    }

    /// <summary>Returns a batch with other token ids, which shares all other tensors with this batch. Dispose both.</summary>
    public PackedBatch WithIds(Tensor ids) => new(_packedIds)
    {
        Ids = ids,
        TokenTypeIds = TokenTypeIds,
        TextIndices = TextIndices,
        FirstTokens = FirstTokens,
        Lengths = Lengths,
        Buckets = Buckets,
        OriginalIndices = OriginalIndices,
        TokenCount = TokenCount,
    };

    /// <summary>Creates the position of each token, [tokens].</summary>
    /// <param name="firstPosition">The position of a text's first token.</param>
    /// <param name="paddingId">
    /// The padding id, if positions skip it: a text may contain it literally, and such a token has the position of that number without
    /// advancing the count (<c>create_position_ids_from_input_ids</c> in Hugging Face's RoBERTa). Null if positions are consecutive.
    /// </param>
    public Tensor CreatePositionIds(int firstPosition, int? paddingId)
    {
        var positions = new long[TokenCount];
        var token = 0;
        foreach (var text in _packedIds)
        {
            long next = firstPosition;
            foreach (var id in text) positions[token++] = id == paddingId ? id : next++;
        }

        return tensor(positions, device: Ids.device);
    }

    public void Dispose()
    {
        Ids.Dispose();
        TokenTypeIds?.Dispose();
        TextIndices.Dispose();
        FirstTokens.Dispose();
        Lengths.Dispose();
        foreach (var bucket in Buckets) bucket.Dispose();
    }

    private static Tensor? CreateTokenTypeIds(int[][] packed, int[] order, IReadOnlyList<int>? secondTextStarts, Device device)
    {
        if (secondTextStarts is null || !order.Where((original, text) => secondTextStarts[original] < packed[text].Length).Any())
        {
            return null;
        }
        var types = packed.SelectMany((text, index) => text.Select((_, token) => token < secondTextStarts[order[index]] ? 0L : 1L));
        return tensor(types.ToArray(), device: device);
    }
}
