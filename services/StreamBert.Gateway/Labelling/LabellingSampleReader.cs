using StreamBert.Contracts;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Labelling;

/// <summary>
/// Reads the labelling sample from the log backwards, and the texts from the predictions that it names: redacted and sealed as they are
/// stored.
/// </summary>
internal sealed class LabellingSampleReader(IEventLog log, SubjectVault vault)
{
    /// <summary>The number of offsets that are read at a time.</summary>
    private const int ChunkOffsets = 256;

    /// <summary>The number of offsets that one page examines; the rest belongs to the next page.</summary>
    private const int MaxExaminedOffsets = 20 * ChunkOffsets;

    /// <summary>Reads a page.</summary>
    /// <param name="pipeline">Only of this pipeline; null: of all.</param>
    /// <param name="limit">The most texts of the page.</param>
    /// <param name="before">Only offers before this offset; null: the latest.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    public async Task<LabellingPage> ReadAsync(string? pipeline, int limit, long? before, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync([Topics.LabellingSample], cancellation);
        if (partitions.Count == 0)
            return new([], null);
        var (begin, end) = (partitions[0].Begin, Math.Min(before ?? long.MaxValue, partitions[0].End));
        var (offers, last) = (new List<LabellingOffered>(), Math.Max(begin, end - MaxExaminedOffsets));
        while (end > last && offers.Count < limit)
        {
            var from = Math.Max(last, end - ChunkOffsets);
            foreach (var (offer, offset) in await ReadChunkAsync(pipeline, from, end, cancellation))
            {
                offers.Add(offer);
                if (offers.Count == limit)
                    return new(await ToItemsAsync(offers, cancellation), offset > begin ? offset : null);
            }
            end = from;
        }
        return new(await ToItemsAsync(offers, cancellation), end > begin ? end : null);
    }

    /// <summary>Reads the offers between two offsets, the latest first.</summary>
    private async Task<List<(LabellingOffered Offer, long Offset)>> ReadChunkAsync(
        string? pipeline, long from, long to, CancellationToken cancellation)
    {
        List<(LabellingOffered, long)> offers = [];
        var start = new Dictionary<int, long> { [0] = from };
        await foreach (var record in log.ReadToEndAsync(Topics.LabellingSample, start, cancellation))
        {
            if (record.Position.Offset >= to)
                break;
            if (EventReader.Read<LabellingOffered>(record, out var offer) is null && (pipeline is null || offer.Pipeline == pipeline))
                offers.Insert(0, (offer, record.Position.Offset));
        }
        return offers;
    }

    private async Task<IReadOnlyList<LabellingItem>> ToItemsAsync(List<LabellingOffered> offers, CancellationToken cancellation)
    {
        List<LabellingItem> items = [];
        foreach (var offer in offers.DistinctBy(static offer => (offer.Pipeline, offer.Id)))
        {
            var prediction = await FindAsync(offer, cancellation);
            var heads = prediction?.Heads.Keys.Order(StringComparer.Ordinal).ToList();
            items.Add(new(
                offer.Id, offer.Pipeline, offer.OccurredAt, heads ?? [], prediction?.Text, prediction?.Erased == true));
        }
        return items;
    }

    private async Task<TextClassified?> FindAsync(LabellingOffered offer, CancellationToken cancellation) =>
        offer.Prediction.Topic == Topics.Predictions
        && await log.FetchAsync(offer.Prediction, cancellation) is { } record
        && EventReader.Read<TextClassified>(record, out var prediction) is null && prediction.Id == offer.Id
            ? vault.Open(prediction) : null;
}
