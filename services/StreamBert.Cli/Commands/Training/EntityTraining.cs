using System.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Cli.Files;
using StreamBert.Cli.ModelCards;
using StreamBert.Cli.ModelCards.Contents;
using StreamBert.Cli.Output;
using StreamBert.Model;
using StreamBert.Model.Datasets;
using StreamBert.Model.Training;
using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Cli.Commands.Training;

/// <summary>
/// Implements <c>train --task ner</c>, which trains a token-classification head from CoNLL files on the encoder of an existing package.
/// </summary>
internal sealed class EntityTraining(TrainingDataOptionGroup dataOptions, HyperparameterOptionGroup hyperparameters)
{
    private static readonly FineTuneOptions Defaults = new() { Epochs = 5, LearningRate = 5e-4 };

    private const string DefaultHead = "entities";

    public int Run(ParseResult parsed, IReadOnlyList<string> files, PackageSettings package, CancellationToken cancellation)
    {
        var output = package.Directory;
        var test = dataOptions.ReadOnlyTest(parsed);
        var sentences = ReadFiles(files.Concat([test]).OfType<string>(), dataOptions.Dialect.Read(parsed).Encoding);
        var task = CreateTask(parsed, [.. files.SelectMany(file => sentences[file])], output) with
        {
            Test = test is null ? [] : sentences[test],
            Languages = package.Languages,
            TestName = Path.GetFileNameWithoutExtension(test ?? ""),
        };
        var options = hyperparameters.Read(parsed, Defaults);
        var display = new TrainingProgressDisplay(TimeProvider.System);
        if (!options.FreezeEncoder)
            BaseModel.ReportRemovedHeads(task.BaseDirectory, [task.Head]);
        var context = new TrainingContext(TimeProvider.System, display, cancellation) { Phases = display };
        var report = EntityTrainer.Run(task, options, context);
        IEnumerable<CardFile> listed = [.. ListFiles(CardFile.Train, files), .. ListFiles(CardFile.Test, [test])];
        var training = CardTraining.Create(TrainCommand.Entities, listed, options);
        new TrainedModelCard(output, training).Write([], task.Test.Count == 0 ? [] : [new(task.TestName, task.Head, task.Test)]);
        if (package.IsJson)
            Terminal.WriteJson(TrainingJson.Create(new { task.Version, directory = output }, report is null ? [] : [report]));
        else if (report is not null)
            EvaluationView.WriteTrained(report, task.Version);
        return 0;

        IEnumerable<CardFile> ListFiles(string part, IEnumerable<string?> names) => names.OfType<string>()
            .Select(file => CardFile.Create(part, task.Head, file, sentences[file].Count)); // its rows are sentences
    }

    private EntityTrainingTask CreateTask(ParseResult parsed, IReadOnlyList<TaggedSentence> sentences, string output)
    {
        var version = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output)));
        return new(BaseModel.Find(parsed), output, version, dataOptions.ReadOnlyHead(parsed, DefaultHead), sentences);
    }

    /// <summary>Reads all files.</summary>
    /// <exception cref="CliException">Files cannot be read; the message lists the errors of all of them.</exception>
    private static Dictionary<string, IReadOnlyList<TaggedSentence>> ReadFiles(IEnumerable<string> files, string? encoding)
    {
        var (sentences, errors) = (new Dictionary<string, IReadOnlyList<TaggedSentence>>(), new List<string>());
        foreach (var file in files.Distinct())
        {
            try
            {
                sentences[file] = ConllFile.Read(file, SourceFile.Open(file, encoding).ReadLines());
            }
            catch (Exception e) when (e is CliException or ModelPackageException)
            {
                errors.Add(e.Message);
            }
        }
        return errors.Count == 0 ? sentences : throw new CliException(string.Join('\n', errors));
    }
}
