using static TorchSharp.torch;

namespace StreamBert.Model.Network;

/// <summary>
/// The tokens of several texts laid end to end, longest text last, so that linear layers see real tokens only. Attention runs per
/// bucket of near lengths; inside a bucket, and only there, texts are padded. The width of a text's bucket follows from its own length,
/// so that its answer does not depend on what else is in the batch.
/// </summary>
internal sealed class PackedBatch : IDisposable
{
    /// <summary>Widths of buckets are multiples of it.</summary>
    private const int WidthStep = 8;

    private readonly int[][] _packed;

    private PackedBatch(
        Tensor ids,
        Tensor? types,
        int[][] packed,
        Tensor owners,
        Tensor firsts,
        Tensor lengths,
        IReadOnlyList<Bucket> buckets,
        int[] order,
        int tokens)
    {
        (Ids, Types, this._packed, Owners, Firsts, Lengths, Buckets, Order, Tokens)
            = (ids, types, packed, owners, firsts, lengths, buckets, order, tokens);
    }

    /// <summary>Token ids, [tokens].</summary>
    public Tensor Ids { get; }

    /// <summary>0 for tokens of a first text, 1 for those of a second, [tokens]; null where there are only single texts.</summary>
    public Tensor? Types { get; }

    /// <summary>The packed index of the text each token belongs to, [tokens].</summary>
    public Tensor Owners { get; }

    /// <summary>Where each text's first token stands, [texts].</summary>
    public Tensor Firsts { get; }

    /// <summary>Tokens of each text as floats, [texts, 1].</summary>
    public Tensor Lengths { get; }
    public IReadOnlyList<Bucket> Buckets { get; }

    /// <summary>Packed index → index in the caller's list.</summary>
    public int[] Order { get; }
    public int Tokens { get; }
    public int Texts => Order.Length;

    /// <summary>A run of texts whose attention is computed together.</summary>
    /// <param name="Gather">[texts × width] token index for every cell, or null when nothing is padded.</param>
    /// <param name="Mask">[texts, 1, 1, width] true where a token is, or null.</param>
    /// <param name="Scatter">Cells that hold tokens, in packed order, or null.</param>
    public sealed record Bucket(
        long FirstToken,
        long EndToken,
        long Texts,
        long Width,
        Tensor? Gather,
        Tensor? Mask,
        Tensor? Scatter) : IDisposable
    {
        public void Dispose()
        {
            Gather?.Dispose();
            Mask?.Dispose();
            Scatter?.Dispose();
        }
    }

    /// <param name="texts">Token ids of each text.</param>
    /// <param name="secondStarts">For each text where its second part begins, its length if it has none; null: no text has one.</param>
    public static PackedBatch Create(IReadOnlyList<int[]> texts, Device device, IReadOnlyList<int>? secondStarts = null)
    {
        var order = Enumerable.Range(0, texts.Count).OrderBy(i => texts[i].Length).ToArray();
        var total = texts.Sum(static text => text.Length);
        long[] ids = new long[total], owners = new long[total], firsts = new long[order.Length];
        var lengths = new float[order.Length];
        var at = 0;
        for (var place = 0; place < order.Length; place++)
        {
            var text = texts[order[place]];
            firsts[place] = at;
            lengths[place] = text.Length;
            for (var i = 0; i < text.Length; i++, at++) (ids[at], owners[at]) = (text[i], place);
        }

        var widths = order.Select(i => texts[i].Length).ToArray();
        return new PackedBatch(
            tensor(ids, device: device), CreateTypes(texts, order, secondStarts, device), [.. order.Select(i => texts[i])],
            tensor(owners, device: device), tensor(firsts, device: device), tensor(lengths, device: device).unsqueeze_(1),
            CreateBuckets(widths, firsts, device), order, total);
    }

    /// <summary>The same texts with other token ids. Shares everything else with this batch; dispose both.</summary>
    public PackedBatch WithIds(Tensor ids) => new(ids, Types, _packed, Owners, Firsts, Lengths, Buckets, Order, Tokens);

    /// <summary>The row of the position table of each token, [tokens].</summary>
    /// <param name="first">The position of a text's first token.</param>
    /// <param name="padding">
    /// Null: positions count on. Else the padding id, which a text may hold where somebody wrote it: such a token takes the position of
    /// that number and does
    /// not advance the count (<c>create_position_ids_from_input_ids</c> of Hugging Face's RoBERTa).
    /// </param>
    public Tensor Positions(int first, int? padding)
    {
        var positions = new long[Tokens];
        var at = 0;
        foreach (var text in _packed)
        {
            long next = first;
            foreach (var id in text) positions[at++] = id == padding ? id : next++;
        }

        return tensor(positions, device: Ids.device);
    }

    private static Tensor? CreateTypes(IReadOnlyList<int[]> texts, int[] order, IReadOnlyList<int>? secondStarts, Device device)
    {
        if (secondStarts is null || !order.Any(i => secondStarts[i] < texts[i].Length)) return null;
        return tensor(
            order.SelectMany(i => Enumerable.Range(0, texts[i].Length).Select(at => at < secondStarts[i] ? 0L : 1L)).ToArray(),
            device: device);
    }

    public void Dispose()
    {
        Ids.Dispose();
        Types?.Dispose();
        Owners.Dispose();
        Firsts.Dispose();
        Lengths.Dispose();
        foreach (var bucket in Buckets) bucket.Dispose();
    }

    private static List<Bucket> CreateBuckets(int[] widths, long[] firsts, Device device)
    {
        var buckets = new List<Bucket>();
        for (int start = 0, end; start < widths.Length; start = end)
        {
            end = EndOfBucket(widths, start);
            buckets.Add(CreateBucket(widths.AsSpan(start, end - start), firsts[start], device));
        }

        return buckets;
    }

    /// <summary>The texts of one bucket: those of one width.</summary>
    private static int EndOfBucket(int[] widths, int start)
    {
        var end = start + 1;
        while (end < widths.Length && Width(widths[end]) == Width(widths[start])) end++;
        return end;
    }

    private static int Width(int length) => (length + WidthStep - 1) / WidthStep * WidthStep;

    private static Bucket CreateBucket(ReadOnlySpan<int> widths, long first, Device device)
    {
        long width = Width(widths[^1]), tokens = 0;
        foreach (var length in widths) tokens += length;
        if (widths[0] == width) return new Bucket(first, first + tokens, widths.Length, width, null, null, null);
        long[] gather = new long[widths.Length * width], scatter = new long[tokens];
        var mask = new bool[widths.Length * width];
        long token = 0;
        for (var text = 0; text < widths.Length; text++)
        {
            var start = token;
            for (var i = 0; i < width; i++)
            {
                var cell = text * width + i;
                mask[cell] = i < widths[text];
                gather[cell] = mask[cell] ? token : start;
                if (mask[cell]) scatter[token++] = cell;
            }
        }

        return new Bucket(first, first + tokens, widths.Length, width, tensor(gather, device: device),
            tensor(mask, device: device).view(widths.Length, 1, 1, width), tensor(scatter, device: device));
    }
}
