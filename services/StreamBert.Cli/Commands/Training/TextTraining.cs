using System.CommandLine;
using StreamBert.Cli.Commands.Training.Search;
using StreamBert.Cli.Errors;
using StreamBert.Cli.ModelCards;
using StreamBert.Cli.ModelCards.Contents;
using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Model.Training;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Model.Training.Runs;
using StreamBert.Model.Training.TensorBoard;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Implements <c>train --task texts</c>, which trains heads on labelled texts.</summary>
internal sealed class TextTraining(TrainingDataOptionGroup dataOptions, HyperparameterOptionGroup hyperparameters)
{
    private static readonly FineTuneOptions Defaults = new() { Epochs = 6 };

    private readonly EnergyOptionGroup _energy = new();

    private readonly Option<string[]> _search = new("--search")
    {
        Description = "texts: train with each combination of hyper-parameters and keep the model that is best on the validation texts, "
            + "such as --search learning-rate=1e-4,3e-4 rank=4,8.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _excludeTwins = new("--exclude-twins")
    {
        Description = "texts: keep training texts out that the model reads identically, or nearly so, to a validation or test text.",
    };

    private readonly Option<string?> _logDirectory = new("--log-dir")
    {
        Description = "texts: directory for TensorBoard's event files: loss and learning rate by step, validation figures by epoch.",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_search, _excludeTwins, _logDirectory])
            command.Add(option);
        _energy.AddTo(command);
    }

    /// <summary>Refuses options of this task that were given with another one, which does not read them.</summary>
    /// <exception cref="CliException">An option has no effect.</exception>
    public void RequireUnused(ParseResult parsed, string task)
    {
        foreach (var option in (Option[])[_search, _excludeTwins, _logDirectory, .. _energy.Options])
        {
            if (parsed.GetResult(option) is { Implicit: false })
                throw new CliException($"{option.Name} has no effect with --task {task}; it is for --task {TrainCommand.Texts}.");
        }
    }

    public int Run(ParseResult parsed, IReadOnlyList<string> data, PackageSettings package, CancellationToken cancellation)
    {
        var (outputDirectory, isResumed) = (package.Directory, package.IsResumed);
        var runs = ReadSearch(parsed);
        List<FineTuneOptions> options = runs.Count == 0 ? [hyperparameters.Read(parsed, Defaults)]
            : [.. runs.Select(static run => run.Options)];
        if (runs.Count == 0)
            _ = new TrainingOutput(outputDirectory, isResumed); // is refused before the files are read
        var keepsHeads = options.TrueForAll(static run => run.FreezeEncoder);
        var (task, files) = ReadTask(parsed, data, outputDirectory, keepsHeads);
        task = task with { Resume = isResumed, HasAnchor = package.HasAnchor, Languages = package.Languages };
        if (runs.Count > 0)
            SearchReport.Write(new HyperparameterSearch(task, TrainRun).Run(runs), outputDirectory, package.IsJson);
        else
            TextTrainingReport.Write(TrainRun(task, options[0], ""), options[0], outputDirectory, package.IsJson);
        return 0;

        TextTrainingResult TrainRun(TextTrainingTask task, FineTuneOptions options, string name)
        {
            using var events = parsed.GetValue(_logDirectory) is { } directory
                ? new EventFile(Path.Combine(directory, name), TimeProvider.System)
                : null;
            var result = Train(parsed, task, options, events, cancellation);
            new TrainedModelCard(task.OutputDirectory, CardTraining.Create(TrainCommand.Texts, files, options))
                .Write(result.Evaluated, [], new(options.Device));
            if (runs.Count > 0)
                TextTrainingReport.WriteWarnings(result, options);
            return result;
        }
    }

    private (TextTrainingTask Task, List<CardFile> Files) ReadTask(
        ParseResult parsed, IReadOnlyList<string> data, string outputDirectory, bool keepsHeads)
    {
        var baseDirectory = BaseModel.Find(parsed);
        var heads = dataOptions.ReadHeads(parsed, data);
        var texts = new TrainingTexts(dataOptions.Dialect.Read(parsed), dataOptions.ReadLabelNames(parsed)).Read(heads);
        if (!keepsHeads)
            BaseModel.ReportRemovedHeads(baseDirectory, [.. heads.Select(static head => head.Name)]);
        var filter = new EvaluationOverlapFilter(InputEncoder.Load(baseDirectory), parsed.GetValue(_excludeTwins));
        texts = texts.ConvertAll(filter.Apply);
        var task = new TextTrainingTask(baseDirectory, outputDirectory, texts)
        {
            ExcludedTwins = filter.Twins,
            ExcludedNearDuplicates = filter.NearDuplicates,
            ValidationShare = dataOptions.ReadValidationShare(parsed),
        };
        return (task, [.. heads.Zip(texts).SelectMany(static pair => ListFiles(pair.First, pair.Second))]);
    }

    /// <summary>Reads the options of each run of a search: those of the command line with one of the combinations.</summary>
    /// <exception cref="CliException">An option of a combination is out of range, or is also given outside of the search.</exception>
    private IReadOnlyList<(SearchPoint Point, FineTuneOptions Options)> ReadSearch(ParseResult parsed)
    {
        if (parsed.GetValue(_search) is not { Length: > 0 } axes)
            return [];
        return [.. SearchGrid.Parse(axes, hyperparameters.Searchable).Select(point => (point, Read(point)))];

        FineTuneOptions Read(SearchPoint point)
        {
            IEnumerable<string> given = parsed.Tokens.Select(static token => token.Value);
            var combined = parsed.RootCommandResult.Command.Parse([.. given, .. point.Arguments]);
            return combined.Errors is [var error, ..]
                ? throw new CliException($"--search {point.Name}: {error.Message}")
                : hyperparameters.Read(combined, Defaults);
        }
    }

    private static IEnumerable<CardFile> ListFiles(TrainedHead head, HeadTexts texts)
    {
        yield return CardFile.Create(CardFile.Train, head.Name, head.Train.Path, texts.Train.Count);
        if (head.Validation is { } validation)
            yield return CardFile.Create(CardFile.Validation, head.Name, validation.Path, texts.Validation.Count);
        if (head.Test is { } test)
            yield return CardFile.Create(CardFile.Test, head.Name, test.Path, texts.Test.Count);
    }

    private TextTrainingResult Train(
        ParseResult parsed, TextTrainingTask task, FineTuneOptions options, EventFile? events, CancellationToken cancellation)
    {
        var display = new TrainingProgressDisplay(TimeProvider.System);
        var context = new TrainingContext(TimeProvider.System, display, cancellation)
        {
            Energy = _energy.Read(parsed),
            Epochs = display,
            Phases = display,
            Metrics = events,
        };
        try
        {
            return TextTrainer.Run(task, options, context);
        }
        catch (OperationCanceledException) when (TrainingOutput.IsInterrupted(task.OutputDirectory))
        {
            TrainingInterruption.Report(new(task.OutputDirectory, resume: true));
            throw;
        }
    }
}
