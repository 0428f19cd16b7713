namespace StreamBert.Model.Datasets.Duplicates;

/// <summary>Finds the training texts that a model must not see before it is evaluated.</summary>
public static class EvaluationOverlaps
{
    /// <summary>Compares training texts with the texts of an evaluation.</summary>
    /// <param name="encoder">Determines what the model reads.</param>
    /// <param name="training">The training texts.</param>
    /// <param name="evaluation">The texts of the evaluation.</param>
    /// <param name="similarity">The similarity from which two inputs are near-duplicates.</param>
    /// <returns>The relation of each training text. Texts without tokens are compared with none.</returns>
    public static IReadOnlyList<EvaluationOverlap> Find(
        InputEncoder encoder, IEnumerable<string> training, IEnumerable<string> evaluation,
        double similarity = InputIndex.DefaultSimilarity)
    {
        var index = new InputIndex();
        foreach (var text in evaluation) AddIfRead(text);
        var evaluated = index.Count; // the inputs of the evaluation have the indices below
        var inputs = training.Select(AddIfRead).ToList();
        var near = index.FindSimilar(similarity).Pairs
            .Where(pair => pair.First < evaluated && pair.Second >= evaluated).Select(static pair => pair.Second).ToHashSet();
        return inputs.ConvertAll(input => input is not { } known ? EvaluationOverlap.None
            : known < evaluated ? EvaluationOverlap.Twin
            : near.Contains(known) ? EvaluationOverlap.NearDuplicate : EvaluationOverlap.None);

        int? AddIfRead(string text) => encoder.Encode(text) is { IsEmpty: false } input ? index.Add(input) : null;
    }
}
