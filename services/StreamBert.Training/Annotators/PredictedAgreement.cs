using StreamBert.Model.Classification;

namespace StreamBert.Training.Annotators;

/// <summary>
/// Compares the labels of one head with the predictions of models that were fitted on other people's labels. When an annotator is
/// suspected, no model is fitted on one of those labels, nor on a near-duplicate of the text whose label it predicts, so that they and
/// the labels of the others are predicted equally well if all are equally reliable.
/// </summary>
/// <param name="labels">The labels of the head.</param>
/// <param name="anchor">Labelled texts of the model's base, on which every model is fitted too.</param>
/// <param name="head">The head.</param>
/// <param name="labelNames">The labels of the head.</param>
internal sealed class PredictedAgreement(
    IReadOnlyList<JudgedLabel> labels, IReadOnlyList<(ClassifiedText Text, string Label)> anchor, string head,
    IReadOnlyList<string> labelNames)
{
    private const int Folds = 5;
    private readonly Dictionary<string, int> _numbers =
        labelNames.Index().ToDictionary(static label => label.Item, static label => label.Index);

    /// <summary>Returns the estimated error rate of each annotator, when the models are fitted on the labels of all.</summary>
    public IReadOnlyDictionary<string, double> EstimateErrors(CancellationToken cancellation) =>
        Predict(null, cancellation) is not { } probabilities ? new Dictionary<string, double>()
            : labels.Zip(probabilities).GroupBy(static pair => pair.First.Annotator).ToDictionary(
                static annotator => annotator.Key,
                annotator => LabelError.Estimate([.. annotator.Select(static pair => pair.Second)], labelNames.Count));

    /// <summary>Tests whether an annotator's labels fit the others' labels less than theirs do; null if too few can be compared.</summary>
    public ReliabilityTest? Test(string annotator, int minimumLabels, CancellationToken cancellation)
    {
        var others = labels.Count(label => label.Annotator != annotator);
        if (others < minimumLabels || Predict(annotator, cancellation) is not { } probabilities)
            return null;
        var comparable = labels.Zip(probabilities, (label, probability) => (label.Pipeline, probability, label.Annotator == annotator))
            .GroupBy(static pair => pair.Pipeline)
            .Where(static pipeline => pipeline.Select(static pair => pair.Item3).Distinct().Count() == 2)
            .SelectMany(static pipeline => pipeline).ToList();
        if (comparable.Count == 0)
            return null;
        var sides = comparable.ToLookup(static pair => pair.Item3, static pair => pair.probability);
        var common = LabelError.Estimate([.. comparable.Select(static pair => pair.probability)], labelNames.Count);
        return new(
            annotator, head, ReliabilityEvidence.Prediction, sides[true].Count(), LabelError.Estimate([.. sides[true]], labelNames.Count),
            LabelError.Estimate([.. sides[false]], labelNames.Count),
            PermutationTest.PValue(comparable.Select(pair => new PermutationTest.Observation(
                pair.Pipeline, LabelError.Score(pair.probability, labelNames.Count, common), pair.Item3))));
    }

    /// <summary>
    /// Predicts the labels of each fold by a model that was fitted on the other folds, without an annotator's labels.
    /// </summary>
    /// <returns>The probability of each label; null if nothing is left to fit on.</returns>
    private double[]? Predict(string? without, CancellationToken cancellation)
    {
        var probabilities = new double[labels.Count];
        for (var fold = 0; fold < Folds; fold++)
        {
            cancellation.ThrowIfCancellationRequested();
            var examples = labels.Where(label => label.Annotator != without && label.Group % Folds != fold)
                .Select(static label => (label.Champion, label.Label)).Concat(anchor).ToList();
            if (examples.Count == 0)
                return null;
            var predictor = LabelPredictor.Fit(examples, head, labelNames);
            foreach (var (index, label) in labels.Index().Where(label => label.Item.Group % Folds == fold))
                probabilities[index] = predictor.Predict(label.Champion)[_numbers[label.Label]];
        }
        return probabilities;
    }
}
