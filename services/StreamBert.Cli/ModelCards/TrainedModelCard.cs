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

    /// <param name="data">The labelled texts to evaluate on.</param>
    public void Write(IReadOnlyList<LabelledData> data, ComputeOptions? compute = null) => Write(compute, model => data.Select(one =>
        CreateEvaluator(model, one.Head, one.Name).Evaluate([.. one.Texts.Select(static (text, index) =>
            new LabelledRow(index + 1, text.Text, [text.Label], NoValues))])));

    /// <param name="sentences">The tagged sentences to evaluate on; empty for none.</param>
    /// <param name="name">The name of the sentences.</param>
    public void Write(string head, IReadOnlyList<TaggedSentence> sentences, string name) =>
        Write(null, model => sentences.Count == 0 ? [] : [CreateEvaluator(model, head, name).Evaluate(sentences)]);

    private void Write(ComputeOptions? compute, Func<TextClassifier, IEnumerable<HeadEvaluation>> evaluate)
    {
        List<EvaluationRecord> evaluations;
        using (var model = TextClassifier.Load(directory, compute))
            evaluations = [.. evaluate(model).Select(static one => EvaluationRecord.Of(new EvaluationResult(one)))];
        ModelCardStore.Update(directory, card => evaluations.Aggregate(
            card with { Training = training }, static (updated, evaluation) => updated.With(evaluation)));
    }

    private static HeadEvaluator CreateEvaluator(TextClassifier model, string head, string name) =>
        new(model, model.Heads.Single(info => info.Name == head), name);
}
