using Spectre.Console;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Writes the result of training by a recipe.</summary>
internal static class RecipeReport
{
    public static void Write(IReadOnlyList<ClassificationReport> reports, string version, PackageSettings package)
    {
        var stages = ModelPackage.ReadManifest(package.Directory).Training;
        if (package.IsJson)
        {
            Terminal.WriteJson(TrainingJson.Create(new { version, package.Directory, training = stages }, reports));
            return;
        }
        Terminal.Write(CreateSummary(reports));
        foreach (var stage in stages)
            Terminal.Out.WriteLine(Describe(stage));
    }

    private static string Describe(TrainingStage stage) =>
        $"{stage.Stage}: {Format.Count(stage.Texts)} texts; kept out because of the test splits: {Format.Count(stage.Twins)} twins and "
        + $"{Format.Count(stage.NearDuplicates)} near-duplicates (similarity ≥ {Format.Number(stage.Similarity, "0.##")})";

    private static Table CreateSummary(IReadOnlyList<ClassificationReport> reports)
    {
        var table = Terminal.CreateTable(
            "Results on the test splits", "head", "data", "#texts", "#accuracy", "#macro F1", "#calibration error");
        foreach (var report in reports)
        {
            table.AddCells(
                report.Head,
                report.Data,
                Format.Count(report.Count),
                Format.Number(report.Accuracy, "F3"),
                Format.Number(report.Macro.F1, "F3"),
                Format.Number(report.CalibrationError, "F3"));
        }
        return table;
    }
}
