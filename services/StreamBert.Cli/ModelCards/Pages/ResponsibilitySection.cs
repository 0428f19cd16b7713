using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Cli.ModelCards.Contents;
using StreamBert.Cli.Output;
using StreamBert.Cli.Output.Html;
using StreamBert.Model.Evaluation.Responsibility;

namespace StreamBert.Cli.ModelCards.Pages;

/// <summary>Writes the responsible-AI figures of every evaluation, and how to measure those that are missing.</summary>
internal sealed class ResponsibilitySection(ModelCard card, HtmlPage html)
{
    private const string NotMeasured = "not measured";

    public void Write()
    {
        html.Append("<h2>Responsible AI</h2><p class=\"soft\">0 is the best value of each figure.</p>");
        html.AppendTable(["Head on data", "Figure", "#Value", "#95 %", "How it is measured"], card.Evaluations
            .Where(static evaluation => evaluation.Details is not null).SelectMany(static evaluation => ListRows(evaluation)));
        html.Append("<p class=\"soft\">To measure what is missing, in one command: <code>streambert evaluate --model DIR --data FILE ")
            .Append("--head HEAD --group COLUMN --opacity --members TRAINING-FILE --save</code></p>");
    }

    private static IEnumerable<(string Style, string[] Cells)> ListRows(EvaluationRecord evaluation)
    {
        var details = evaluation.Details!;
        var report = details.Responsibility;
        var delta = details.Groups is [{ Gap: { } gap }] ? new Estimate(gap.Difference, gap.Interval) : null;
        yield return Row(
            $"{evaluation.Report.Head} on {evaluation.Report.Data}", "δ fairness gap", delta,
            "largest difference in accuracy between groups (--group)");
        yield return Row("", "ε opacity", report?.Opacity?.Epsilon, "removing the words that explanations name (--opacity)");
        yield return Row("", "θ leak risk", report?.Theta, "advantage of a membership attack (--members)");
        yield return ("ours",
        [
            "", "F(M) = α·δ + β·ε + γ·θ", report?.F is { } f ? Format.Score(f) : NotMeasured, "", DescribeWeights(report?.Weights),
        ]);
    }

    private static (string Style, string[] Cells) Row(string name, string figure, Estimate? estimate, string how) =>
        ("", [name, figure, estimate is null ? NotMeasured : Format.Score(estimate.Value), DescribeInterval(estimate), how]);

    private static string DescribeInterval(Estimate? estimate) => estimate is null ? "" : Format.Range(estimate.Interval);

    private static string DescribeWeights(ResponsibilityWeights? weights)
    {
        var (alpha, beta, gamma) = weights ?? ResponsibilityWeights.Equal;
        return $"α = {Number(alpha)}, β = {Number(beta)}, γ = {Number(gamma)} (--weights)";
    }

    private static string Number(double value) => Format.Number(value, "0.###");
}
