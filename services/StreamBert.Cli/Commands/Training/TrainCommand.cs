using System.CommandLine;
using Spectre.Console;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using StreamBert.Model.Training;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Model.Training.Recipes;

namespace StreamBert.Cli.Commands.Training;

/// <summary>
/// Defines <c>train</c>, which trains a model by a recipe: vocabulary, pre-training, fine-tuning of all heads, reports on the test splits;
/// or, with <c>--task ner</c>, trains a token-classification head on an existing model (<see cref="EntityTraining"/>).
/// </summary>
internal static class TrainCommand
{
    private const string RecipeTask = "recipe", EntityTrainingTask = "ner", PretrainedDirectory = "pretrained";

    private static readonly Option<string> Task = new("--task")
    {
        Description = "recipe: a complete model by a recipe; ner: a token-classification head on an existing model.",
        DefaultValueFactory = static _ => RecipeTask,
    };

    private static readonly Option<string> RecipeFile = new("--recipe", "-r")
    {
        Description = "Recipe (JSON) with sizes, texts and heads. Default: the recipe of the shipped model.",
        DefaultValueFactory = static _ => Path.Combine(DefaultModel.Directory, "recipe.json"),
    };

    private static readonly Option<string[]> Data = new("--data", "-d")
    {
        Description = "Directory of the files in the recipe; for ner: CoNLL files.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string> OutputDirectory = new("--out", "-o")
    {
        Description = "Directory of the new model package.",
        Required = true,
    };

    private static readonly Option<string?> Pretrained = new("--pretrained")
    {
        Description = "Pretrained encoder of an earlier run (OUT/pretrained); skips vocabulary and pre-training.",
    };

    public static Command Create()
    {
        var command = new Command(
            "train",
            "Train a model from scratch: learn a vocabulary, pre-train on masked tokens, fine-tune every head, evaluate. Or train a "
                + "token-classification head.")
        {
            Task, RecipeFile, Data, OutputDirectory, Pretrained,
        };
        Task.AcceptOnlyFromAmong(RecipeTask, EntityTrainingTask);
        EntityTraining.AddTo(command);
        command.SetAction(static (parsed, cancellation) => System.Threading.Tasks.Task.Run(() => Run(parsed, cancellation), cancellation));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation) => parsed.GetValue(Task) == EntityTrainingTask
        ? EntityTraining.Run(parsed, parsed.GetValue(Data)!, parsed.GetValue(OutputDirectory)!, cancellation)
        : RunRecipe(parsed, cancellation);

    private static int RunRecipe(ParseResult parsed, CancellationToken cancellation)
    {
        var recipe = Recipe.Read(parsed.GetValue(RecipeFile)!);
        var output = parsed.GetValue(OutputDirectory)!;
        var data = parsed.GetValue(Data) is [var directory]
            ? directory
            : throw new CliException("All files of a recipe are in one directory; give --data once.");
        var files = new RecipeFiles(recipe, data);
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
