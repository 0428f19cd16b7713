using System.CommandLine;
using StreamBert.Cli.ModelCards;
using StreamBert.Cli.ModelCards.Contents;
using StreamBert.Model.Training;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Model.Training.Runs;
using StreamBert.Model.Training.TensorBoard;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Implements <c>train --task texts</c>, which trains heads on labelled texts.</summary>
internal sealed class TextTraining(TrainingDataOptionGroup dataOptions, HyperparameterOptionGroup hyperparameters)
{
    private static readonly FineTuneOptions Defaults = new() { Epochs = 6 };

    private readonly Option<string?> _logDirectory = new("--log-dir")
    {
        Description = "texts: directory for TensorBoard's event files: loss and learning rate by step, validation figures by epoch.",
    };

    public void AddTo(Command command)
    {
        command.Add(_logDirectory);
    }

    public int Run(
        ParseResult parsed, IReadOnlyList<string> data, string outputDirectory, bool isResumed, CancellationToken cancellation)
    {
        var output = new TrainingOutput(outputDirectory, isResumed);
        var options = hyperparameters.Read(parsed, Defaults);
        var baseDirectory = BaseModel.Find(parsed);
        var heads = dataOptions.ReadHeads(parsed, data);
        var texts = new TrainingTexts(dataOptions.Dialect.Read(parsed), dataOptions.ReadLabelNames(parsed)).Read(heads);
        if (!options.FreezeEncoder)
            BaseModel.ReportRemovedHeads(baseDirectory, [.. heads.Select(static head => head.Name)]);
        var task = new TextTrainingTask(baseDirectory, outputDirectory, texts)
        {
            ValidationShare = dataOptions.ReadValidationShare(parsed),
            Resume = isResumed,
        };
        using var events = parsed.GetValue(_logDirectory) is { } directory ? new EventFile(directory, TimeProvider.System) : null;
        var result = Train(task, options, output, events, cancellation);
        var files = heads.Zip(texts).SelectMany(static pair => ListFiles(pair.First, pair.Second));
        new TrainedModelCard(outputDirectory, CardTraining.Create(TrainCommand.Texts, files, options))
            .Write(result.Evaluated, [], new(options.Device));
        TextTrainingReport.Write(result, options, outputDirectory);
        return 0;
    }

    private static IEnumerable<CardFile> ListFiles(TrainedHead head, HeadTexts texts)
    {
        yield return CardFile.Create(CardFile.Train, head.Name, head.Train.Path, texts.Train.Count);
        if (head.Validation is { } validation)
            yield return CardFile.Create(CardFile.Validation, head.Name, validation.Path, texts.Validation.Count);
        if (head.Test is { } test)
            yield return CardFile.Create(CardFile.Test, head.Name, test.Path, texts.Test.Count);
    }

    private static TextTrainingResult Train(
        TextTrainingTask task, FineTuneOptions options, TrainingOutput output, EventFile? events, CancellationToken cancellation)
    {
        var display = new TrainingProgressDisplay(TimeProvider.System);
        var context = new TrainingContext(TimeProvider.System, display, cancellation) { Epochs = display, Metrics = events };
        try
        {
            return TextTrainer.Run(task, options, context);
        }
        catch (OperationCanceledException) when (Directory.Exists(output.WorkDirectory))
        {
            TrainingInterruption.Report(output);
            throw;
        }
    }
}
