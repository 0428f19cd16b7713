using StreamBert.Model.Evaluation;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Training.Runs;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>The validation texts of each head, with their labels.</summary>
internal sealed class ValidationSet(IReadOnlyDictionary<string, IReadOnlyList<ValidationText>> texts)
{
    /// <summary>Creates the set of the validation parts.</summary>
    public static ValidationSet Create(IEnumerable<HeadPart> parts) => new(parts.ToDictionary(
        static part => part.Head.Name,
        static IReadOnlyList<ValidationText> (part) =>
            [.. part.Validation.Select(static text => new ValidationText(text.Ids, [text.Label]))]));

    /// <summary>Whether any head has validation texts.</summary>
    public bool Evaluates(MultiTaskNetwork network) => GetHeads(network).Any();

    /// <summary>Evaluates the heads that have validation texts; heads that classify tokens are evaluated on these.</summary>
    public ValidationResult Evaluate(MultiTaskNetwork network)
    {
        var results = GetHeads(network).Select(head => Evaluate(head, ComputeLogits(network, head))).ToList();
        return new(
            results.Average(static result => result.MacroF1), results.Average(static result => result.Accuracy),
            results.Average(static result => result.Loss));
    }

    /// <summary>Fits the temperatures of the heads; heads with too few validation texts stay unchanged.</summary>
    public List<HeadManifest> Calibrate(MultiTaskNetwork network) =>
        [.. network.Heads.Select(head => texts.TryGetValue(head.Name, out var ofHead) ? TemperatureScaling.Calibrate(network, head, ofHead)
            : head)];

    /// <summary>Finds the labels that occur in the validation texts and are never predicted there.</summary>
    public List<UnpredictedLabel> FindUnpredictedLabels(MultiTaskNetwork network) =>
        [.. GetHeads(network).SelectMany(head => FindUnpredictedLabels(head, ComputeLogits(network, head)))];

    private static IEnumerable<UnpredictedLabel> FindUnpredictedLabels(HeadManifest head, List<LabelledLogits> rows)
    {
        var predicted = rows.Select(static row => IndexOfMaximum(row.Logits)).ToHashSet();
        return rows.CountBy(static row => row.Label).Where(count => !predicted.Contains(count.Key)).OrderBy(static count => count.Key)
            .Select(count => new UnpredictedLabel(head.Name, head.Labels[count.Key], count.Value, rows.Count));
    }

    private static ValidationResult Evaluate(HeadManifest head, List<LabelledLogits> rows)
    {
        var evaluated = rows.ConvertAll(row =>
            new EvaluatedText(head.Labels[row.Label], head.Labels[IndexOfMaximum(row.Logits)], confidence: 0));
        var report = ReportBuilder.Build(head.Name, "validation", head.Labels, evaluated);
        return new(report.Macro.F1, report.Accuracy, TemperatureScaling.ComputeMeanLoss(rows, temperature: 1));
    }

    private static int IndexOfMaximum(float[] values) => Array.IndexOf(values, values.Max());

    private IEnumerable<HeadManifest> GetHeads(MultiTaskNetwork network) =>
        network.Heads.Where(head => texts.TryGetValue(head.Name, out var ofHead) && ofHead.Count > 0);

    private List<LabelledLogits> ComputeLogits(MultiTaskNetwork network, HeadManifest head) =>
        HeadLogits.Compute(network, head, texts[head.Name]);
}
