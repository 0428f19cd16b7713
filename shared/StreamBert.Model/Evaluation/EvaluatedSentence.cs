using StreamBert.Model.Entities;

namespace StreamBert.Model.Evaluation;

/// <summary>The true and the predicted tags of a sentence, word by word.</summary>
/// <param name="Actual">The true tag of each word.</param>
/// <param name="Predicted">The predicted tag of each word.</param>
public sealed record EvaluatedSentence(IReadOnlyList<string> Actual, IReadOnlyList<PredictedTag> Predicted)
{
    /// <summary>The words with their tags as labels.</summary>
    public IEnumerable<EvaluatedText> Words => Actual.Zip(Predicted, static (actual, predicted) =>
        new EvaluatedText(actual, predicted.Tag, predicted.Probability));

    /// <summary>
    /// Every entity that is true or predicted, once, with its type as label. As in seqeval's default mode (that of conlleval) an entity is
    /// correct if its type, start and end are.
    /// </summary>
    public IEnumerable<EvaluatedText> Entities
    {
        get
        {
            var actual = EntityTags.Decode(Actual).ToHashSet();
            var predicted = EntityTags.Decode([.. Predicted.Select(static tag => tag.Tag)]).ToHashSet();
            return actual.Union(predicted).Select(span => new EvaluatedText(
                actual.Contains(span) ? [span.Type] : [], predicted.Contains(span) ? [span.Type] : [], 1));
        }
    }
}
