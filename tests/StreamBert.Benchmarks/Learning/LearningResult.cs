using StreamBert.Contracts;

namespace StreamBert.Benchmarks.Learning;

/// <summary>The result of a run: the gates, and the accuracy on test texts that no version has seen.</summary>
/// <param name="Before">The champion's accuracy on texts of the domain of the feedback.</param>
/// <param name="After">The candidate's accuracy on them.</param>
/// <param name="OldBefore">The champion's accuracy on texts of the domain of its training.</param>
/// <param name="OldAfter">The candidate's accuracy on them.</param>
internal sealed record LearningResult(ModelTrained Trained, double Before, double After, double OldBefore, double OldAfter)
{
    public IEnumerable<string> FailedGates => FindFailedGates(Trained);

    /// <summary>Names the gates that refused a candidate, with their heads.</summary>
    public static IEnumerable<string> FindFailedGates(ModelTrained trained) =>
        trained.GateResults.Where(static gate => gate.Outcome == GateResult.Failed)
            .Select(static gate => gate.Head is null ? gate.Gate : $"{gate.Gate} {gate.Head}");
}
