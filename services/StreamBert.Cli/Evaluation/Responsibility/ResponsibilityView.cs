using StreamBert.Cli.Output;
using StreamBert.Model.Evaluation.Responsibility;

namespace StreamBert.Cli.Evaluation.Responsibility;

/// <summary>Prints the responsible-AI figures.</summary>
internal static class ResponsibilityView
{
    public static void Write(ResponsibilityReport report)
    {
        var table = Terminal.CreateTable("responsible AI (0 is best)", "", "figure", "#value", "95 %", "how");
        Add("δ", "fairness gap", report.Delta, "largest difference in accuracy between groups");
        Add("ε", "opacity", report.Opacity?.Epsilon, report.Opacity is { } opacity
            ? $"{opacity.Texts} texts: comprehensiveness {Format.Score(opacity.Comprehensiveness)}, "
                + $"sufficiency {Format.Score(opacity.Sufficiency)}"
            : "");
        Add("θ", "leak risk", report.Theta, "advantage of a loss-threshold membership attack");
        if (report.F is { } f)
        {
            var (alpha, beta, gamma) = report.Weights;
            table.AddCells("F(M)", "weighted sum", Format.Score(f), "", $"α = {Number(alpha)}, β = {Number(beta)}, γ = {Number(gamma)}");
        }
        Terminal.Write(table);

        void Add(string symbol, string name, Estimate? estimate, string how)
        {
            if (estimate is not null)
                table.AddCells(symbol, name, Format.Score(estimate.Value), Format.Range(estimate.Interval), how);
        }
    }

    private static string Number(double value) => Format.Number(value, "0.###");
}
