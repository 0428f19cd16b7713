namespace StreamBert.Model.Evaluation;

/// <summary>An item that is drawn as a whole in a bootstrap: a text, or a sentence with its words and entities.</summary>
/// <param name="Decisions">The number of decisions of the accuracy: 1, or the number of words.</param>
/// <param name="Correct">The number of correct ones.</param>
/// <param name="Counts">What the item adds to the counts of each class.</param>
public sealed record EvaluationUnit(int Decisions, int Correct, IReadOnlyList<ClassCount> Counts)
{
    /// <summary>Whether all decisions are correct.</summary>
    public bool IsCorrect => Correct == Decisions;

    /// <summary>Creates the item of a text.</summary>
    /// <param name="text">The answer to the text.</param>
    /// <param name="classes">The index of each class.</param>
    public static EvaluationUnit FromText(EvaluatedText text, IReadOnlyDictionary<string, int> classes) =>
        new(1, text.IsCorrect ? 1 : 0, Count([text], classes));

    /// <summary>Creates the item of a sentence.</summary>
    /// <param name="sentence">The tags of the sentence.</param>
    /// <param name="types">The index of each entity type.</param>
    public static EvaluationUnit FromSentence(EvaluatedSentence sentence, IReadOnlyDictionary<string, int> types) =>
        new(sentence.Actual.Count, sentence.Words.Count(static word => word.IsCorrect), Count(sentence.Entities, types));

    private static ClassCount[] Count(IEnumerable<EvaluatedText> items, IReadOnlyDictionary<string, int> classes) =>
        [.. ClassificationCounts.Count(items).Select(counts => new ClassCount(
            classes[counts.Label], (int)counts.Support, (int)counts.Predicted, (int)counts.Correct))];
}
