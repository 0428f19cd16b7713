using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Commands.Training;

/// <summary>
/// Defines <c>train</c>, which trains heads on labelled texts (<see cref="TextTraining"/>), a head that recognizes entities
/// (<see cref="EntityTraining"/>), or a model by a recipe (<see cref="RecipeTraining"/>).
/// </summary>
internal static class TrainCommand
{
    public const string Texts = "texts", Entities = "ner", Recipe = "recipe";

    private static readonly Option<string?> Task = new("--task")
    {
        Description = "texts: heads on labelled texts; ner: a head that recognizes entities; recipe: all heads of a model. "
            + "Default: recipe if --recipe is given or --data is a directory, otherwise texts.",
    };

    private static readonly Option<string[]> Data = new("--data", "-d")
    {
        Description = "Labelled CSV, TSV or JSON file (also .gz); for ner: CoNLL files; for recipe: the directory of its files.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string> OutputDirectory = new("--out", "-o")
    {
        Description = "Directory of the new model package.",
        Required = true,
    };

    private static readonly Option<bool> Resume = new("--resume")
    {
        Description = "texts and recipe: continue an interrupted run with the same data and options.",
    };

    private static readonly Option<bool> NoAnchor = new("--no-anchor")
    {
        Description = "texts and recipe: store no training and validation texts in the package (anchor.jsonl). Versions that learn from "
            + "feedback are then not compared on them.",
    };

    private static readonly Option<string?> Languages = LanguagesOption.Create("Default: the languages detected in the texts.");

    private static readonly Option<bool> Json = JsonOption.Create("Print the result as one JSON line.");

    private static readonly TrainingDataOptionGroup DataOptions = new();
    private static readonly HyperparameterOptionGroup Hyperparameters = new();
    private static readonly TextTraining TextTask = new(DataOptions, Hyperparameters);
    private static readonly EntityTraining EntityTask = new(DataOptions, Hyperparameters);
    private static readonly RecipeTraining RecipeTask = new(Hyperparameters);

    public static Command Create()
    {
        var command = new Command(
            "train",
            "Train a classifier on your labelled texts, a head that recognizes named entities, or all heads of a model by a recipe.")
        {
            Task, Data, OutputDirectory, BaseModel.Option, Resume, NoAnchor, Languages, Json,
        };
        Task.AcceptOnlyFromAmong(Texts, Entities, Recipe);
        DataOptions.AddTo(command);
        Hyperparameters.AddTo(command);
        TextTask.AddTo(command);
        RecipeTask.AddTo(command);
        command.SetAction(static (parsed, cancellation) => System.Threading.Tasks.Task.Run(() => Run(parsed, cancellation), cancellation));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var (data, output) = (parsed.GetValue(Data) ?? [], parsed.GetValue(OutputDirectory)!);
        var isRecipe = RecipeTask.IsGiven(parsed) || (data is [var only] && Directory.Exists(only));
        var task = parsed.GetValue(Task) ?? (isRecipe ? Recipe : Texts);
        var isResumed = parsed.GetValue(Resume);
        if (task != Texts && data.Length == 0)
            throw new CliException("Give the data with --data.");
        if (task != Texts)
            TextTask.RequireUnused(parsed, task);
        if (task == Entities && isResumed)
            throw new CliException($"{Resume.Name} has no effect with --task {Entities}: its runs cannot be resumed.");
        if (task == Entities && parsed.GetValue(NoAnchor))
            throw new CliException($"{NoAnchor.Name} has no effect with --task {Entities}: it stores no texts.");
        var settings = new PackageSettings(
            output, isResumed, !parsed.GetValue(NoAnchor), LanguagesOption.Read(parsed, Languages), parsed.GetValue(Json));
        return task switch
        {
            Entities => EntityTask.Run(parsed, data, settings, cancellation),
            Recipe => RecipeTask.Run(parsed, data, settings, cancellation),
            _ => TextTask.Run(parsed, data, settings, cancellation),
        };
    }
}
