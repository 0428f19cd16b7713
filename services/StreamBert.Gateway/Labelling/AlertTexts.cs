using StreamBert.Contracts;

namespace StreamBert.Gateway.Labelling;

/// <summary>Finds the texts behind an alert: its examples, then the texts of its window and segment.</summary>
internal static class AlertTexts
{
    /// <summary>Whether an alert is about texts; others are about a version of a model or about a limit of the monitor.</summary>
    public static bool MayExist(AlertRaised alert) => alert.Count > 0
        && alert.Kind is not (AlertKinds.ModelRefused or AlertKinds.RolloutRolledBack or AlertKinds.CardinalityLimit);

    /// <summary>Ranks examples first, then texts with the label of the alert, then the least certain.</summary>
    public static IEnumerable<LabellingCandidate> Find(AlertRaised alert, IEnumerable<TextClassified> predictions)
    {
        var examples = alert.Examples.Select(static example => example.Id).ToHashSet();
        return
            from prediction in predictions
            let isExample = examples.Contains(prediction.Id)
            where isExample || IsBehind(alert, prediction)
            let head = FindHead(alert, prediction)
            where head is not null
            let answer = prediction.Heads[head]
            let hasLabel = alert.Label is not null && answer.Label == alert.Label
            orderby isExample descending, hasLabel descending, answer.Confidence
            select new LabellingCandidate(
                prediction, head, (isExample ? 2 : 0) + (hasLabel ? 1 : 0) + 1 - answer.Confidence,
                $"{(isExample ? "an example" : "in the window")} of the alert '{alert.Title}', answered {answer.Label}");
    }

    /// <summary>Returns the head of the alert; that of the least certain answer if the alert is about all heads.</summary>
    private static string? FindHead(AlertRaised alert, TextClassified prediction) =>
        prediction.Heads.ContainsKey(alert.Series.Head) ? alert.Series.Head
        : alert.Series.Head != SeriesKey.AllHeads ? null
        : prediction.Heads.OrderBy(static head => head.Value.Confidence).Select(static head => head.Key).FirstOrDefault();

    private static bool IsBehind(AlertRaised alert, TextClassified prediction) =>
        prediction.OccurredAt >= alert.Window.Start && prediction.OccurredAt < alert.Window.End
        && IsIn(alert.Series.Segment, prediction);

    /// <summary>Whether a text belongs to a segment. Which texts are in "other" is not known here.</summary>
    private static bool IsIn(string segment, TextClassified prediction)
    {
        if (segment == SeriesKey.All)
            return true;
        if (SeriesKey.IsEntity(segment))
        {
            return prediction.Entities?.Any(
                entity => entity.Text is { } name && SeriesKey.OfEntity(entity.Type, name) == segment) == true;
        }
        return segment.Split('=', 2) is [var name, var value]
            && (prediction.Heads.TryGetValue(name, out var answer) ? answer.Label == value
                : prediction.Attributes.TryGetValue(name, out var attribute) ? attribute == value
                : name == "source" && prediction.Source == value);
    }
}
