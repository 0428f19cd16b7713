using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Gateway.Labelling;

/// <summary>
/// Ranks predictions by what a label is worth (uncertainty sampling: Lewis and Gale 1994; by margin: Scheffer, Decomain and Wrobel 2001;
/// disagreement: query by committee, Seung, Opper and Sompolinsky 1992).
/// </summary>
internal static class CandidateRanking
{
    /// <summary>The out-of-distribution score from which a text is unlike those that the model was trained on.</summary>
    public const double UnfamiliarScore = 0.95;

    /// <summary>The probabilities of a head sum to 1 within this; those of a regression do not.</summary>
    private const double SumTolerance = 0.02;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>Ranks by the margin between the two highest probabilities, or for a multi-label head by the distance to 1/2.</summary>
    public static IEnumerable<LabellingCandidate> ByUncertainty(IEnumerable<TextClassified> predictions, string? head) =>
        from answer in Answers(predictions, head)
        let margin = FindMargin(answer.Head.Value)
        where margin is not null
        orderby margin.Value.Margin
        select new LabellingCandidate(answer.Prediction, answer.Head.Key, 1 - margin.Value.Margin, margin.Value.Reason);

    /// <summary>Ranks by the out-of-distribution score, of texts that are unlike what the model was trained on.</summary>
    public static IEnumerable<LabellingCandidate> ByUnfamiliarity(IEnumerable<TextClassified> predictions, string? head) =>
        from answer in Answers(predictions, head)
        let score = answer.Head.Value.OutOfDistribution ?? 0
        where score >= UnfamiliarScore
        orderby score descending
        select new LabellingCandidate(answer.Prediction, answer.Head.Key, score, string.Create(
            Invariant, $"the out-of-distribution score of {answer.Head.Key} is {score:0.###}: the text is unlike those of the training"));

    /// <summary>
    /// Finds near-duplicates that got different labels, the latest of each group: first those of different versions, then the least
    /// certain.
    /// </summary>
    public static IEnumerable<LabellingCandidate> ByDisagreement(IEnumerable<TextClassified> predictions, string? head) =>
        from story in StoryGroups.Of(predictions)
        where story.Count > 1
        from answer in Answers([story[0]], head)
        let other = story.Where(copy => copy.Heads.TryGetValue(answer.Head.Key, out var given) && given.Label != answer.Head.Value.Label)
            .OrderBy(copy => copy.ModelVersion == answer.Prediction.ModelVersion).FirstOrDefault()
        where other is not null
        let isOtherVersion = other.ModelVersion != answer.Prediction.ModelVersion
        orderby isOtherVersion descending, answer.Head.Value.Confidence
        select new LabellingCandidate(
            answer.Prediction, answer.Head.Key, (isOtherVersion ? 1 : 0) + 1 - answer.Head.Value.Confidence,
            $"{answer.Prediction.ModelVersion} answered {answer.Head.Value.Label}, and {other.ModelVersion} answered "
            + $"{other.Heads[answer.Head.Key].Label} to a near-duplicate");

    /// <summary>Finds texts on which annotators contradict each other, in the given order.</summary>
    public static IEnumerable<LabellingCandidate> ByContradiction(
        IEnumerable<TextClassified> predictions, string? head, AnnotationIndex annotations) =>
        from answer in Answers(predictions, head)
        where annotations.IsContradicted(answer.Prediction.Pipeline, answer.Prediction.Id, answer.Head.Key)
        select new LabellingCandidate(
            answer.Prediction, answer.Head.Key, 1, $"annotators gave different labels of {answer.Head.Key}; one more decides");

    private static IEnumerable<(TextClassified Prediction, KeyValuePair<string, HeadPrediction> Head)> Answers(
        IEnumerable<TextClassified> predictions, string? head) =>
        from prediction in predictions
        from answer in prediction.Heads
        where head is null || answer.Key == head
        select (prediction, answer);

    /// <returns>Null for a head whose scores are not probabilities.</returns>
    private static (double Margin, string Reason)? FindMargin(HeadPrediction answer)
    {
        var scores = answer.Scores.OrderByDescending(static score => score.Value).ToList();
        if (answer.Labels is not null && scores.Count > 0)
        {
            var nearest = scores.MinBy(static score => Math.Abs(score.Value - 0.5));
            return (2 * Math.Abs(nearest.Value - 0.5), string.Create(
                Invariant, $"the probability of {nearest.Key} is {nearest.Value:0.00}"));
        }
        if (scores.Count < 2 || Math.Abs(answer.Scores.Values.Sum() - 1) > SumTolerance)
            return null;
        return (scores[0].Value - scores[1].Value, string.Create(
            Invariant, $"{scores[0].Key} ({scores[0].Value:0.00}) is hardly more probable than {scores[1].Key} ({scores[1].Value:0.00})"));
    }
}
