using StreamBert.Contracts;

namespace StreamBert.Gateway.Labelling;

/// <summary>Creates the items of the queue.</summary>
internal static class LabellingItems
{
    /// <summary>Creates an item of the random sample, without the answers.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="heads">The heads that need a label.</param>
    /// <param name="prediction">The prediction; null if the log no longer holds it.</param>
    public static LabellingItem Create(
        LabellingOffered offer, IReadOnlyDictionary<string, HeadPrediction> heads, TextClassified? prediction) => new()
        {
            Id = offer.Id,
            Pipeline = offer.Pipeline,
            OccurredAt = offer.OccurredAt,
            Heads = [.. heads.Keys.Order(StringComparer.Ordinal)],
            Labels = LabelsOf(heads),
            Text = prediction?.Text,
            Erased = prediction?.Erased == true,
        };

    /// <summary>Creates an item of a candidate.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="heads">The heads that need a label.</param>
    /// <param name="copies">The number of near-duplicates that it stands for, itself included.</param>
    public static LabellingItem Create(
        LabellingCandidate candidate, IReadOnlyDictionary<string, HeadPrediction> heads, int copies) => new()
        {
            Id = candidate.Prediction.Id,
            Pipeline = candidate.Prediction.Pipeline,
            OccurredAt = candidate.Prediction.OccurredAt,
            Heads = [.. heads.Keys.OrderByDescending(head => head == candidate.Head).ThenBy(static head => head, StringComparer.Ordinal)],
            Labels = LabelsOf(heads),
            Text = candidate.Prediction.Text,
            Erased = candidate.Prediction.Erased == true,
            Reason = candidate.Reason,
            Answers = candidate.Prediction.Heads,
            ModelVersion = candidate.Prediction.ModelVersion,
            Copies = copies,
        };

    private static Dictionary<string, IReadOnlyList<string>> LabelsOf(IReadOnlyDictionary<string, HeadPrediction> heads) =>
        heads.OrderBy(static head => head.Key, StringComparer.Ordinal).ToDictionary(
            static head => head.Key, static head => (IReadOnlyList<string>)[.. head.Value.Scores.Keys.Order(StringComparer.Ordinal)]);
}
