using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Cli.ModelCards.Contents;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;

namespace StreamBert.Cli.ModelCards;

/// <summary>Writes the model card of a package that was just trained, with evaluations of the model as it is stored.</summary>
/// <param name="directory">The directory of the package.</param>
/// <param name="training">How it was trained.</param>
internal sealed class TrainedModelCard(string directory, CardTraining training)
{
    private static readonly IReadOnlyDictionary<string, string> NoValues = new Dictionary<string, string>();

    /// <param name="texts">The labelled texts to evaluate on.</param>
    /// <param name="sentences">The tagged sentences to evaluate on.</param>
    /// <param name="compute">The device and precision; null for the defaults.</param>
    public void Write(IReadOnlyList<LabelledData> texts, IReadOnlyList<TaggedData> sentences, ComputeOptions? compute = null)
    {
        using var model = TextClassifier.Load(directory, compute);
        List<EvaluationRecord> evaluations =
        [
            .. texts.Select(data => Record(CreateEvaluator(model, data.Head, data.Name).Evaluate([.. data.Texts.Select(CreateRow)]))),
            .. sentences.Select(data => Record(CreateEvaluator(model, data.Head, data.Name).Evaluate(data.Sentences))),
        ];
        ModelCardStore.Update(directory, card => evaluations.Aggregate(
            card with { Training = training }, static (updated, evaluation) => updated.With(evaluation)));
    }

    private static EvaluationRecord Record(HeadEvaluation evaluation) => EvaluationRecord.Of(new EvaluationResult(evaluation));

    private static LabelledRow CreateRow(LabelledText text, int index) => new(index + 1, text.Text, [text.Label], NoValues);

    private static HeadEvaluator CreateEvaluator(TextClassifier model, string head, string name) =>
        new(model, model.Heads.Single(info => info.Name == head), name);
}
