using System.CommandLine;
using Spectre.Console;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using StreamBert.Model.Training;
using StreamBert.Model.Training.Recipes;

namespace StreamBert.Cli.Commands.Training;

/// <summary>
/// Implements <c>train --task recipe</c>, which trains a model from scratch: vocabulary, pre-training, fine-tuning of all heads, reports on
/// the test splits.
/// </summary>
internal static class RecipeTraining
{
    private const string PretrainedDirectory = "pretrained";

    private static readonly Option<string?> File = new("--recipe", "-r")
    {
        Description = "recipe: file (JSON) with sizes, texts and heads. Default: the recipe of the shipped model.",
    };

    private static readonly Option<string?> Pretrained = new("--pretrained")
    {
        Description = "recipe: pretrained encoder of an earlier run (OUT/pretrained); skips vocabulary and pre-training.",
    };

    public static void AddTo(Command command)
    {
        command.Add(File);
        command.Add(Pretrained);
    }

    /// <summary>Whether an option of this task is given.</summary>
    public static bool IsGiven(ParseResult parsed) => parsed.GetValue(File) is not null || parsed.GetValue(Pretrained) is not null;

    public static int Run(ParseResult parsed, IReadOnlyList<string> data, string output, CancellationToken cancellation)
    {
        var recipe = Recipe.Read(parsed.GetValue(File) ?? Path.Combine(DefaultModel.Directory, "recipe.json"));
        var files = new RecipeFiles(recipe, data is [var directory]
            ? directory
            : throw new CliException("All files of a recipe are in one directory; give --data once."));
        files.Validate();
        var context = new TrainingContext(TimeProvider.System, new TrainingProgressDisplay(TimeProvider.System), cancellation);
        var pretrained = parsed.GetValue(Pretrained) ?? Path.Combine(output, PretrainedDirectory);
        if (parsed.GetValue(Pretrained) is null)
            Pretrainer.Run(recipe, files.ReadRows, pretrained, context);
        var reports = RecipeTrainer.Run(recipe, files.ReadRows, pretrained, output, context);
        Terminal.Write(CreateSummary(reports));
        foreach (var stage in ModelPackage.ReadManifest(output).Training)
            Terminal.Out.WriteLine(Describe(stage));
        return 0;
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
