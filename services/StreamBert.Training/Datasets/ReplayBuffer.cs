using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Training.Datasets;

/// <summary>
/// Against forgetting (pseudo-rehearsal: Robins 1995, "Catastrophic forgetting, rehearsal and pseudorehearsal"): recent texts with the
/// champion's own confident answers on every head, learned beside the corrections.
/// </summary>
public sealed class ReplayBuffer(IEventLog log, PipelineCatalog pipelines, SubjectVault vault)
{
    private const int BatchSize = 32;

    /// <summary>
    /// Recent texts of the model's pipelines that keep them, no text twice, the pipelines in equal shares as far as they reach.
    /// </summary>
    public async Task<IReadOnlyList<string>> RecentTextsAsync(string model, int count, CancellationToken cancellation)
    {
        var byPipeline = pipelines.All.Where(p => p.Model == model)
            .ToDictionary(static p => p.Name, static _ => new List<TextClassified>());
        if (byPipeline.Count == 0)
            return [];
        await foreach (var record in log.ReadToEndAsync(Topics.Predictions, await StartAsync(2 * count, cancellation), cancellation))
        {
            if (Parse(record) is { } prediction and ({ Text.Length: > 0 } or { Sealed: not null })
                && byPipeline.TryGetValue(prediction.Pipeline, out var predictions))
            {
                predictions.Add(prediction);
            }
        }

        return InShares([.. byPipeline.Values.Select(predictions => Newest(vault.Open(predictions)))], count);
    }

    /// <summary>The champion's answers of at least <paramref name="confidence"/>, except where a person has given the answer.</summary>
    public static IReadOnlyList<LabelledText> Label(
        TextClassifier champion, IReadOnlyList<string> texts, IReadOnlySet<VerdictKey> answered, double confidence, CancellationToken cancellation)
    {
        var examples = new List<LabelledText>();
        foreach (var batch in texts.Chunk(BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var (text, answer) in batch.Zip(champion.Classify([.. batch.Select(champion.Encode)])))
            {
                foreach (var (head, prediction) in answer.Heads)
                {
                    if (prediction.Confidence >= confidence && !answered.Contains(new(TextKey.Of(text), head)))
                        examples.Add(new(text, head, prediction.Label));
                }
            }
        }
        return examples;
    }

    /// <summary>Where to begin, so that about <paramref name="count"/> records follow.</summary>
    private async Task<IReadOnlyDictionary<int, long>> StartAsync(int count, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync([Topics.Predictions], cancellation);
        return partitions.ToDictionary(static p => p.Partition, p => Math.Max(p.Begin, p.End - (count / partitions.Count) - 1));
    }

    /// <summary>Null for a record that is no prediction: it teaches nothing.</summary>
    private static TextClassified? Parse(LogRecord record)
        => EventReader.Read<TextClassified>(record, out var prediction) is null ? prediction : null;

    private static IReadOnlyList<string> Newest(IReadOnlyList<TextClassified> predictions) =>
        [.. predictions.OrderByDescending(static p => p.ClassifiedAt).Select(static p => p.Text).OfType<string>().DistinctBy(TextKey.Of)];

    private static IReadOnlyList<string> InShares(IReadOnlyList<IReadOnlyList<string>> pipelines, int count) =>
        [.. pipelines.SelectMany(static texts => texts.Select(static (text, rank) => (text, rank)))
            .OrderBy(static x => x.rank).Select(static x => x.text).DistinctBy(TextKey.Of).Take(count)];
}
