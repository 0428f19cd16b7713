using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Labelling;

/// <summary>
/// Reads the labelling sample from the log backwards, without the texts that have been labelled, and the texts from the predictions that it
/// names: redacted and sealed as they are stored.
/// </summary>
internal sealed class LabellingSampleReader(IEventLog log, SubjectVault vault, LabelledTexts labelled, LabelCatalog labels)
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
        await labelled.ReadAsync(cancellation);
        var (begin, end) = (partitions[0].Begin, Math.Min(before ?? long.MaxValue, partitions[0].End));
        var (items, last) = (new Dictionary<(string, string), LabellingItem>(), Math.Max(begin, end - MaxExaminedOffsets));
        while (end > last)
        {
            var from = Math.Max(last, end - ChunkOffsets);
            foreach (var (offer, offset) in await ReadChunkAsync(pipeline, from, end, cancellation))
            {
                var key = (offer.Pipeline, offer.Id);
                if (!items.ContainsKey(key) && await ToItemAsync(offer, cancellation) is { } item)
                    items.Add(key, item);
                if (items.Count == limit)
                    return new([.. items.Values], offset > begin ? offset : null);
            }
            end = from;
        }
        return new([.. items.Values], end > begin ? end : null);
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

    /// <summary>Returns what is left to label of a text; null if that is nothing.</summary>
    private async Task<LabellingItem?> ToItemAsync(LabellingOffered offer, CancellationToken cancellation)
    {
        var known = await labels.GetAsync(offer.Pipeline, cancellation);
        if (known.Count > 0 && known.Keys.All(head => labelled.Contains(offer.Pipeline, offer.Id, head)))
            return null; // without a read of the prediction
        var prediction = await FindAsync(offer, cancellation);
        var wanted = (prediction?.Heads ?? new Dictionary<string, HeadPrediction>())
            .Where(head => !labelled.Contains(offer.Pipeline, offer.Id, head.Key))
            .OrderBy(static head => head.Key, StringComparer.Ordinal)
            .ToDictionary(
                static head => head.Key,
                static head => (IReadOnlyList<string>)[.. head.Value.Scores.Keys.Order(StringComparer.Ordinal)]);
        return prediction is { Heads.Count: > 0 } && wanted.Count == 0 ? null : new(
            offer.Id, offer.Pipeline, offer.OccurredAt, [.. wanted.Keys], wanted, prediction?.Text, prediction?.Erased == true);
    }

    private async Task<TextClassified?> FindAsync(LabellingOffered offer, CancellationToken cancellation) =>
        offer.Prediction.Topic == Topics.Predictions
        && await log.FetchAsync(offer.Prediction, cancellation) is { } record
        && EventReader.Read<TextClassified>(record, out var prediction) is null && prediction.Id == offer.Id
            ? vault.Open(prediction) : null;
}
