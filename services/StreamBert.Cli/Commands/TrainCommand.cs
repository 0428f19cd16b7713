using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using StreamBert.Cli.CommandLine;
using StreamBert.Contracts;
using StreamBert.Model.Training;

namespace StreamBert.Cli.Commands;

/// <summary>
/// <c>train</c>: makes a model from data by a recipe: vocabulary, pre-training, fine-tuning of all heads, reports on the test parts; or,
/// with
/// <c>--task ner</c>, teaches an existing model to name entities (<see cref="EntityTraining"/>).
/// </summary>
internal static class TrainCommand
{
    private const string Recipes = "recipe", Entities = "ner";

    private static readonly Option<string> Task = new("--task")
    {
        Description = "recipe: a whole model by a recipe; ner: a head that names entities, on an existing model.",
        DefaultValueFactory = static _ => Recipes,
    };

    private static readonly Option<string> RecipeFile = new("--recipe", "-r")
    {
        Description = "The recipe (JSON): sizes, texts, heads; default: the recipe of the model that ships.",
        DefaultValueFactory = static _ => Path.Combine(DefaultModel.Directory, "recipe.json"),
    };

    private static readonly Option<string[]> Data = new("--data", "-d")
    {
        Description = "The directory under which the recipe's files lie; for ner: files in the CoNLL format.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string> Output = new("--out", "-o")
    {
        Description = "Where the model package is written.",
        Required = true
    };
    private static readonly Option<string?> Pretrained = new("--pretrained")
    {
        Description = "An encoder from an earlier run (OUT/pretrained): skips vocabulary and pre-training."
    };

    public static Command Create()
    {
        var command = new Command("train", "Make a model from scratch: learn a vocabulary, pre-train on masked words, fine-tune every head, measure. Or teach a model to name entities.")
        {
            Task, RecipeFile, Data, Output, Pretrained,
        };
        Task.AcceptOnlyFromAmong(Recipes, Entities);
        EntityTraining.AddOptions(command);
        command.SetAction(static (parsed, cancellation) => System.Threading.Tasks.Task.Run(() => Run(parsed, cancellation), cancellation));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation) => parsed.GetValue(Task) == Entities
        ? EntityTraining.Run(parsed, parsed.GetValue(Data)!, parsed.GetValue(Output)!, cancellation)
        : RunRecipe(parsed, cancellation);

    private static int RunRecipe(ParseResult parsed, CancellationToken cancellation)
    {
        var recipe = Recipe.Read(parsed.GetValue(RecipeFile)!);
        var output = parsed.GetValue(Output)!;
        var data = parsed.GetValue(Data) is [var only]
            ? only
            : throw new CliException("A recipe's files lie under one directory; give --data once.");
        var files = new RecipeFiles(recipe, data);
        files.Check();
        var display = new TrainingDisplay();
        var pretrained = parsed.GetValue(Pretrained) ?? Path.Combine(output, "pretrained");
        if (parsed.GetValue(Pretrained) is null)
            Pretrainer.Run(recipe, files.Rows, pretrained, display, cancellation);
        var reports = RecipeTrainer.Run(recipe, files.Rows, pretrained, output, display, cancellation);
        Terminal.Write(Summary(reports));
        return 0;
    }

    private static Table Summary(IReadOnlyList<ClassificationReport> reports)
    {
        var table = Terminal.Table("On the test parts", "Head", "Data", "#Texts", "#Accuracy", "#Macro-F1", "#Calibration error");
        foreach (var report in reports)
        {
            table.AddCells(
                report.Head,
                report.Data,
                Text($"{report.Count:N0}"),
                Text($"{report.Accuracy:F3}"),
                Text($"{report.Macro.F1:F3}"),
                Text($"{report.CalibrationError:F3}"));
        }

        return table;
    }

    private static string Text(FormattableString value) => value.ToString(CultureInfo.InvariantCulture);
}
