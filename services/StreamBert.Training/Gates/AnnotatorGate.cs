using StreamBert.Contracts;
using StreamBert.Training.Annotators;
using static StreamBert.Training.Gates.Gate;

namespace StreamBert.Training.Gates;

/// <summary>
/// Refuses a candidate if an annotator is much less reliable than the others, because those labels are then not what the model should
/// learn. If another gate refuses the candidate, the annotators who contradict the champion most are named, too.
/// </summary>
internal static class AnnotatorGate
{
    private const int NamedAnnotators = 3;

    /// <param name="assessment">What the labels say about the annotators.</param>
    /// <param name="others">The outcomes of the other gates.</param>
    public static IReadOnlyList<GateResult> Evaluate(AnnotatorAssessment assessment, IReadOnlyList<GateResult> others)
    {
        IEnumerable<GateResult> results = assessment.Unreliable.Count > 0 ? assessment.Unreliable.Select(Refuse)
            : [NoneUnreliable(assessment.Annotators)];
        return others.Any(static gate => gate.Outcome == GateResult.Failed) ? [.. results, .. NameContributors(assessment)] : [.. results];
    }

    private static GateResult NoneUnreliable(IReadOnlyList<AnnotatorReport> annotators) => annotators switch
    {
        [] => Create(GateResult.NotEvaluated, "there are no labels"),
        [var only] => Create(GateResult.NotEvaluated, $"'{only.Annotator}' gave all labels, so there is nobody to compare with"),
        _ => Create(GateResult.Passed, $"none of {annotators.Count} is shown to be much less reliable than the others"),
    };

    private static GateResult Refuse(ReliabilityTest test)
    {
        var compared = test.Evidence == ReliabilityEvidence.Peers
            ? Text($"differ from the majority of the others on the same texts in {test.ErrorRate:P0} (the others' in ")
            : Text($"seem wrong in {test.ErrorRate:P0}, as predicted from the labels of the others (the others' in ");
        var text = Text($"the {test.Labels} labels of '{test.Annotator}' on {test.Head} {compared}{test.OthersErrorRate:P0}, ")
            + Text($"p = {test.PValue:0.####}); if they are wrong, leave them out with `streambert annotators exclude` and train again");
        return Create(GateResult.Failed, text) with { Head = test.Head, Value = test.Excess };
    }

    /// <summary>
    /// Names the annotators with the largest shares of labels that contradict confident answers of the champion. They may be right where
    /// the champion is wrong: this says where to look, and fails nothing.
    /// </summary>
    private static IEnumerable<GateResult> NameContributors(AnnotatorAssessment assessment)
    {
        var contributors = assessment.Annotators.Where(static annotator => annotator.Contradictions > 0)
            .OrderByDescending(static annotator => (double)annotator.Contradictions / annotator.ConfidentAnswers)
            .ThenBy(static annotator => annotator.Annotator, StringComparer.Ordinal).Take(NamedAnnotators).ToList();
        if (contributors.Count == 0)
            yield break;
        yield return Create(
            GateResult.NotEvaluated, "most contradictions to confident answers of the champion come from "
                + string.Join(", ", contributors.Select(Describe)) + "; look at these labels if they surprise you: "
                + string.Join(", ", assessment.Slices.Select(Describe)));
    }

    private static string Describe(AnnotatorReport annotator) =>
        Text($"'{annotator.Annotator}' ({annotator.Contradictions} of {annotator.ConfidentAnswers})");

    private static string Describe(ContradictedSlice slice) =>
        Text($"{slice.Pipeline}/{slice.Head} '{slice.Answer}' labelled '{slice.Label}' ({slice.Count} by '{slice.Annotator}'")
        + (slice.Shared is var (shared, count) ? Text($", {count} of them with {Excerpt.Quote(shared)})") : ")");

    private static GateResult Create(string outcome, string text) =>
        new() { Gate = Gate.Annotators, Outcome = outcome, Text = $"annotators: {text}" };
}
