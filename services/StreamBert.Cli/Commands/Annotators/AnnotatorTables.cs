using System.Globalization;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Operations.Annotators;

namespace StreamBert.Cli.Commands.Annotators;

/// <summary>Prints annotators as tables.</summary>
internal static class AnnotatorTables
{
    public static void Write(AnnotatorsView view)
    {
        if (view.Annotators.Count == 0)
        {
            Terminal.Out.WriteLine("No feedback is stored, so there are no annotators yet.");
            return;
        }
        WriteAnnotators(view.Annotators);
        if (view.Agreement.Count > 0)
            WriteAgreement(view.Agreement);
    }

    private static void WriteAnnotators(IReadOnlyList<AnnotatorView> annotators)
    {
        var table = Terminal.CreateTable(
            "Annotators", "annotator", "#labels", "pipelines", "last label", "model", "#agreement", "#wrong (estimate)", "#contradictions",
            "state");
        foreach (var annotator in annotators)
        {
            foreach (var (model, report) in Rows(annotator))
            {
                table.AddCells(
                    annotator.Annotator, Format.Count(annotator.Labels), string.Join(", ", annotator.Pipelines),
                    annotator.LastLabelAt?.ToString("u", CultureInfo.InvariantCulture) ?? "", model,
                    report?.Agreement is { } agreement ? Share(agreement) : "", report?.ErrorRate is { } wrong ? Share(wrong) : "",
                    report is null ? "" : $"{report.Contradictions}/{report.ConfidentAnswers}", State(annotator, report));
            }
        }
        table.AddCaption("agreement: with the others on the same texts; contradictions: of confident answers of the model");
        Terminal.Write(table);
    }

    private static IEnumerable<(string Model, AnnotatorReport? Report)> Rows(AnnotatorView annotator) => annotator.Models.Count == 0
        ? [("", null)]
        : annotator.Models.OrderBy(static model => model.Key, StringComparer.Ordinal)
            .Select(static model => (model.Key, (AnnotatorReport?)model.Value));

    private static string State(AnnotatorView annotator, AnnotatorReport? report)
    {
        var excluded = annotator.Changes.Where(static change => change.Excluded).Select(static change => change.Pipeline ?? "all pipelines")
            .ToList();
        return excluded.Count > 0 ? $"excluded ({string.Join(", ", excluded)})" : report?.Unreliable == true ? "unreliable" : "";
    }

    private static void WriteAgreement(IReadOnlyDictionary<string, IReadOnlyList<AgreementReport>> agreement)
    {
        var table = Terminal.CreateTable(
            "Agreement in the last data sets", "model", "head", "#texts", "#with several labels", "#undecided", "#Krippendorff's α");
        foreach (var (model, heads) in agreement.OrderBy(static model => model.Key, StringComparer.Ordinal))
        {
            foreach (var head in heads)
            {
                table.AddCells(
                    model, head.Head, Format.Count(head.Texts), Format.Count(head.SharedTexts), Format.Count(head.Conflicts),
                    head.Alpha?.ToString("0.000", CultureInfo.InvariantCulture) ?? "");
            }
        }
        Terminal.Write(table);
    }

    private static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");
}
