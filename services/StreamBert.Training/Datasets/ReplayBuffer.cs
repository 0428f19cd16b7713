using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Training.Datasets;

/// <summary>
/// Supplies recent texts with the champion's own confident predictions on every head. Training on them together with the feedback prevents
/// catastrophic forgetting (pseudorehearsal: Robins 1995, "Catastrophic forgetting, rehearsal and pseudorehearsal").
/// </summary>
internal sealed class ReplayBuffer(IEventLog log, PipelineCatalog pipelines, SubjectVault vault)
{
    /// <summary>
    /// Returns recent distinct texts of the model's pipelines that keep texts, in equal shares of the pipelines as far as they have enough.
    /// </summary>
    public async Task<IReadOnlyList<RecentText>> ReadRecentAsync(string model, int count, CancellationToken cancellation)
    {
        var byPipeline = pipelines.Classified.Where(pipeline => pipeline.Model == model)
            .ToDictionary(static pipeline => pipeline.Name, static _ => new List<TextClassified>());
        if (byPipeline.Count == 0)
            return [];
        var start = await StartOffsetsAsync(2 * count, cancellation);
        await foreach (var record in log.ReadToEndAsync(Topics.Predictions, start, cancellation))
        {
            if (Parse(record) is { } prediction and ({ Text.Length: > 0 } or { Sealed: not null })
                && byPipeline.TryGetValue(prediction.Pipeline, out var predictions))
            {
                predictions.Add(prediction);
            }
        }
        return TakeEqualShares([.. byPipeline.Values.Select(NewestTexts)], count);
    }

    /// <summary>
    /// Labels texts with the champion's predictions of at least a confidence, except where a person has labelled the text.
    /// </summary>
    public static IReadOnlyList<LabelledText> LabelTexts(
        TextClassifier champion, IReadOnlyList<string> texts, IReadOnlySet<FeedbackKey> labelledByPeople, double minimumConfidence,
        CancellationToken cancellation) =>
    [
        .. from answered in BatchedAnswers.Of(champion, texts, cancellation)
           from head in answered.Answer.Heads
           where head.Value.Confidence >= minimumConfidence
               && !labelledByPeople.Contains(new(TextNormalizer.Normalize(answered.Text), head.Key))
           select new LabelledText(answered.Text, head.Key, head.Value.Label),
    ];

    /// <summary>Returns start offsets that are followed by about <paramref name="count"/> records.</summary>
    private async Task<IReadOnlyDictionary<int, long>> StartOffsetsAsync(int count, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync([Topics.Predictions], cancellation);
        return partitions.ToDictionary(
            static partition => partition.Partition,
            partition => Math.Max(partition.Begin, partition.End - (count / partitions.Count) - 1));
    }

    /// <summary>Returns null for a record that is not a prediction.</summary>
    private static TextClassified? Parse(LogRecord record) =>
        EventReader.Read<TextClassified>(record, out var prediction) is null ? prediction : null;

    private IReadOnlyList<RecentText> NewestTexts(List<TextClassified> predictions) =>
    [
        .. predictions.Zip(vault.Open(predictions)).Where(static pair => pair.Second.Text is not null)
            .Select(static pair => new RecentText(pair.First, pair.Second.Text!))
            .OrderByDescending(static recent => recent.Stored.ClassifiedAt)
            .DistinctBy(static recent => TextNormalizer.Normalize(recent.Text)),
    ];

    private static IReadOnlyList<RecentText> TakeEqualShares(IReadOnlyList<IReadOnlyList<RecentText>> pipelines, int count) =>
    [
        .. pipelines.SelectMany(static texts => texts.Index()).OrderBy(static ranked => ranked.Index)
            .Select(static ranked => ranked.Item).DistinctBy(static recent => TextNormalizer.Normalize(recent.Text)).Take(count),
    ];
}
