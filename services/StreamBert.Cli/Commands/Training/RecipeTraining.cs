using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Model.Training;
using StreamBert.Model.Training.Recipes;
using StreamBert.Model.Training.Runs;

namespace StreamBert.Cli.Commands.Training;

/// <summary>
/// Implements <c>train --task recipe</c>, which fine-tunes all heads of a recipe jointly, on its base model or on an encoder that it trains
/// from scratch, and reports on the test splits.
/// </summary>
internal sealed class RecipeTraining(HyperparameterOptionGroup hyperparameters)
{
    private const string PretrainedSuffix = "-pretrained";

    private readonly Option<string?> _file = new("--recipe", "-r")
    {
        Description = "recipe: file (JSON) with heads, texts and base model. Default: the recipe of the shipped model.",
    };

    private readonly Option<string?> _pretrained = new("--pretrained")
    {
        Description = "recipe: pretrained encoder of an earlier run (OUT-pretrained); skips vocabulary and pre-training.",
    };

    private readonly Option<string?> _without = new("--without")
    {
        Description = "recipe: file or folder of the data whose texts are not trained on, to evaluate on texts of another source.",
    };

    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_pretrained);
        command.Add(_without);
    }

    /// <summary>Whether an option of this task is given.</summary>
    public bool IsGiven(ParseResult parsed) => new[] { _file, _pretrained, _without }.Any(option => parsed.GetValue(option) is not null);

    public int Run(ParseResult parsed, IReadOnlyList<string> data, PackageSettings package, CancellationToken cancellation)
    {
        var (outputDirectory, isResumed) = (package.Directory, package.IsResumed);
        var recipe = ReadRecipe(parsed);
        var output = new TrainingOutput(outputDirectory, isResumed);
        var files = new RecipeFiles(recipe, data is [var directory]
            ? directory
            : throw new CliException("All files of a recipe are in one directory; give --data once."));
        files.Validate();
        var display = new TrainingProgressDisplay(TimeProvider.System);
        var context = new TrainingContext(TimeProvider.System, display, cancellation) { Epochs = display, Phases = display };
        var pretrained = FindEncoder(parsed, recipe, outputDirectory, files, context);
        var task = new RecipeTask(recipe, files.Reader, pretrained, outputDirectory)
        {
            Resume = isResumed,
            HasAnchor = package.HasAnchor,
            Languages = package.Languages,
        };
        var reports = TrainHeads(task, output, context);
        new RecipeCard(recipe, files).Write(outputDirectory);
        RecipeReport.Write(reports, recipe.Version, package);
        return 0;
    }

    private Recipe ReadRecipe(ParseResult parsed)
    {
        var recipe = Recipe.Read(parsed.GetValue(_file) ?? Path.Combine(DefaultModel.Directory, "recipe.json"));
        recipe = recipe with { FineTuning = hyperparameters.ReadComputation(parsed, recipe.FineTuning) };
        recipe = recipe with { Pretraining = recipe.Pretraining with { Threads = recipe.FineTuning.Threads } };
        return parsed.GetValue(_without) is { } source ? recipe.Without(source) : recipe;
    }

    /// <summary>Returns the directory of the encoder, which is trained first if the recipe has no base model.</summary>
    private string FindEncoder(ParseResult parsed, Recipe recipe, string output, RecipeFiles files, TrainingContext context)
    {
        if (recipe.Base is { } name)
        {
            return parsed.GetValue(_pretrained) is null ? BaseModel.Find(name)
                : throw new CliException("--pretrained does not apply: the recipe states its base model.");
        }
        if (parsed.GetValue(_pretrained) is { } given)
            return given;
        var directory = Path.TrimEndingDirectorySeparator(output) + PretrainedSuffix;
        if (!File.Exists(Path.Combine(directory, "SHA256SUMS")))
            Pretrainer.Run(recipe, files.Reader, directory, context);
        else
            Terminal.Error.WriteLine($"streambert: the encoder in {directory} is used; delete the directory to pre-train again.");
        return directory;
    }

    private static IReadOnlyList<ClassificationReport> TrainHeads(RecipeTask task, TrainingOutput output, TrainingContext context)
    {
        try
        {
            return RecipeTrainer.Run(task, context);
        }
        catch (OperationCanceledException) when (Directory.Exists(output.WorkDirectory))
        {
            TrainingInterruption.Report(output);
            throw;
        }
    }
}
