using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>What is known of the quality of the predictions of a pipeline.</summary>
/// <param name="Accuracy">The series: first all texts of each head, then segments and groups.</param>
/// <param name="Fairness">The fairness rules.</param>
/// <param name="Drift">The comparisons with the references, those that drift first.</param>
/// <param name="IsPartial">Whether there are more series than are shown.</param>
internal sealed record ModelHealth(
    IReadOnlyList<AccuracyReported> Accuracy, IReadOnlyList<FairnessReported> Fairness, IReadOnlyList<DriftReported> Drift, bool IsPartial)
{
    public static readonly ModelHealth None = new([], [], [], false);
}
