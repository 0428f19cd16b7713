using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Evaluation.Responsibility;
using StreamBert.Training.Datasets;
using StreamBert.Training.Gates;

namespace StreamBert.Training.Runs;

/// <summary>
/// Adds fairness groups, leak risk θ and opacity ε to the comparison on new feedback. The attack compares the loss with the champion's: the
/// loss alone would take easy texts for texts that were trained on (Watson et al. 2022, "On the importance of difficulty calibration in
/// membership inference attacks"). So θ is what this run adds.
/// </summary>
/// <param name="dataset">The dataset of the run.</param>
/// <param name="options">The gates.</param>
internal sealed class ResponsibilityMeasurement(TrainingDataset dataset, GateOptions options)
{
    /// <summary>The number of texts on each side of the attack; more change the estimate little, and each needs a forward pass.</summary>
    private const int MaximumAttacked = 500;

    /// <summary>The number of texts that are explained, each in about a hundred forward passes.</summary>
    private const int MaximumExplained = 30;

    /// <summary>Measures candidate and champion on the texts of a head.</summary>
    public HeadComparison Add(
        HeadComparison head, TextClassifier candidate, TextClassifier champion, CancellationToken cancellation)
    {
        var heldOut = dataset.Feedback.HeldOut.Where(text => text.Head == head.Head).ToList();
        var members = dataset.Feedback.Train.Where(text => text.Head == head.Head).TakeLast(MaximumAttacked).ToList();
        var grouped = head with { Groups = [.. heldOut.Select(FindGroups)] };
        if (Math.Min(members.Count, heldOut.Count) < 2 * options.MinimumHeldOut)
            return grouped;
        var (after, before) = (Score(candidate, heldOut), Score(champion, heldOut));
        return grouped with
        {
            LeakRisk = MembershipAttack.Run(
                [.. CompareLosses(members, Score(candidate, members), Score(champion, members))],
                [.. CompareLosses(heldOut, after, before).TakeLast(MaximumAttacked)], WilsonInterval.OneSided95),
            Opacity = FairnessGate.FindGroups(grouped, options).Any()
                ? (Explain(candidate, heldOut, after, cancellation), Explain(champion, heldOut, before, cancellation)) : null,
        };
    }

    private IReadOnlyList<string> FindGroups(LabelledText text) =>
        dataset.FairnessGroups.GetValueOrDefault(new(TextNormalizer.Normalize(text.Text), text.Head)) ?? [];

    private static IReadOnlyList<ScoredText> Score(TextClassifier model, IReadOnlyList<LabelledText> texts) =>
        Evaluator.Score(model, [.. texts.Select(static text => text.Text)], texts[0].Head);

    /// <summary>Returns the loss of the candidate on each text minus that of the champion.</summary>
    private static IEnumerable<double> CompareLosses(
        IReadOnlyList<LabelledText> texts, IReadOnlyList<ScoredText> candidate, IReadOnlyList<ScoredText> champion) =>
        texts.Select((text, i) =>
            MembershipAttack.ComputeLoss(candidate[i], text.Label) - MembershipAttack.ComputeLoss(champion[i], text.Label));

    private static Opacity Explain(
        TextClassifier model, IReadOnlyList<LabelledText> texts, IReadOnlyList<ScoredText> answers, CancellationToken cancellation) =>
        OpacityMeter.Measure(
            model, texts[0].Head, [.. texts.Select(static text => text.Text)], answers, MaximumExplained, cancellation);
}
