using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Labelling;

/// <summary>
/// Reads the labelling sample from the log backwards, without the texts that need no label, and the texts from the predictions that it
/// names: redacted and sealed as they are stored. The answers are left out, so that they do not influence the annotator.
/// </summary>
internal sealed class LabellingSampleReader(
    IEventLog log, SubjectVault vault, AnnotationIndex annotations, LabelCatalog labels, PrivacyFilter privacy)
{
    /// <summary>The number of offsets that are read at a time.</summary>
    private const int ChunkOffsets = 256;

    /// <summary>The number of offsets that one page examines; the rest belongs to the next page.</summary>
    private const int MaxExaminedOffsets = 20 * ChunkOffsets;

    /// <summary>Reads a page. The annotations must have been read.</summary>
    public async Task<LabellingPage> ReadAsync(LabellingQuery query, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync([Topics.LabellingSample], cancellation);
        if (partitions.Count == 0)
            return new([], null);
        var (begin, end) = (partitions[0].Begin, Math.Min(query.Before ?? long.MaxValue, partitions[0].End));
        var (items, last) = (new Dictionary<(string, string), LabellingItem>(), Math.Max(begin, end - MaxExaminedOffsets));
        while (end > last)
        {
            var from = Math.Max(last, end - ChunkOffsets);
            foreach (var (offer, offset) in await ReadChunkAsync(query.Pipeline, from, end, cancellation))
            {
                var key = (offer.Pipeline, offer.Id);
                if (!items.ContainsKey(key) && await ToItemAsync(offer, query, cancellation) is { } item)
                    items.Add(key, item);
                if (items.Count == query.Limit)
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
    private async Task<LabellingItem?> ToItemAsync(LabellingOffered offer, LabellingQuery query, CancellationToken cancellation)
    {
        var annotator = privacy.Pseudonymize(offer.Pipeline, query.Annotator);
        bool IsWanted(string head) =>
            (query.Head is null || head == query.Head) && !annotations.IsDone(offer.Pipeline, offer.Id, head, annotator);
        var known = await labels.GetAsync(offer.Pipeline, cancellation);
        if (known.Count > 0 && !known.Keys.Any(IsWanted))
            return null; // without a read of the prediction
        var prediction = await FindAsync(offer, cancellation);
        var wanted = (prediction?.Heads ?? new Dictionary<string, HeadPrediction>()).Where(head => IsWanted(head.Key)).ToDictionary();
        return prediction is { Heads.Count: > 0 } && wanted.Count == 0 ? null : LabellingItems.Create(offer, wanted, prediction);
    }

    private async Task<TextClassified?> FindAsync(LabellingOffered offer, CancellationToken cancellation) =>
        offer.Prediction.Topic == Topics.Predictions
        && await log.FetchAsync(offer.Prediction, cancellation) is { } record
        && EventReader.Read<TextClassified>(record, out var prediction) is null && prediction.Id == offer.Id
            ? vault.Open(prediction) : null;
}
