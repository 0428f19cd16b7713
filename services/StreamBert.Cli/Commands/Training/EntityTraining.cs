using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Cli.Files;
using StreamBert.Cli.Output;
using StreamBert.Model;
using StreamBert.Model.Datasets;
using StreamBert.Model.Packages;
using StreamBert.Model.Training;
using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Cli.Commands.Training;

/// <summary>
/// Implements <c>train --task ner</c>, which trains a token-classification head from CoNLL files on the encoder of an existing package.
/// </summary>
internal static class EntityTraining
{
    private static readonly FineTuneOptions Defaults = new() { Epochs = 5, LearningRate = 5e-4 };

    private static readonly Option<string> Base = new("--base")
    {
        Description = "ner: model package with the encoder, or arctic-embed-xs (pretrained, shipped). Default: the shipped model.",
        DefaultValueFactory = static _ => DefaultModel.Directory,
    };

    private static readonly Option<string> Head = new("--head")
    {
        Description = "ner: name of the new head.",
        DefaultValueFactory = static _ => "entities",
    };

    private static readonly Option<string?> Test = new("--test")
    {
        Description = "ner: CoNLL file to evaluate on; the report is also stored in the package.",
    };

    private static readonly Option<bool> FreezeEncoder = new("--freeze-encoder")
    {
        Description = "ner: train only the new head, so that the other heads of the package remain unchanged. "
            + "Without it the encoder is trained too, and the other heads are removed.",
    };

    private static readonly Option<int> Epochs = new("--epochs")
    {
        Description = "ner: number of epochs.",
        DefaultValueFactory = static _ => Defaults.Epochs,
    };

    private static readonly Option<double> LearningRate = new("--learning-rate")
    {
        Description = "ner: peak learning rate; about 5e-5 for an encoder with a hidden size of 768 or more.",
        DefaultValueFactory = static _ => Defaults.LearningRate,
    };

    private static readonly Option<int> Threads = new("--threads")
    {
        Description = "ner: number of processor threads.",
        DefaultValueFactory = static _ => Defaults.Threads,
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "ner: random seed.",
        DefaultValueFactory = static _ => Defaults.Seed,
    };

    private static readonly Option<string?> Encoding = new("--encoding")
    {
        Description = "ner: character encoding of the files, such as windows-1252. Default: UTF-8, or the encoding of a byte order mark.",
    };

    public static void AddTo(Command command)
    {
        foreach (var option in (Option[])[Base, Head, Test, FreezeEncoder, Epochs, LearningRate, Threads, Seed, Encoding])
            command.Add(option);
    }

    public static int Run(ParseResult parsed, IReadOnlyList<string> files, string output, CancellationToken cancellation)
    {
        var task = CreateTask(parsed, files, output);
        var display = new TrainingProgressDisplay(TimeProvider.System);
        if (!parsed.GetValue(FreezeEncoder))
            ReportRemovedHeads(task);
        var report = EntityTrainer.Run(task, ReadOptions(parsed), new TrainingContext(TimeProvider.System, display, cancellation));
        if (report is not null)
            EvaluationView.WriteTrained(report, task.Version);
        return 0;
    }

    private static EntityTrainingTask CreateTask(ParseResult parsed, IReadOnlyList<string> files, string output)
    {
        var test = parsed.GetValue(Test);
        var sentences = ReadFiles(files.Concat([test]).OfType<string>(), parsed.GetValue(Encoding));
        var version = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output)));
        List<TaggedSentence> trainingSentences = [.. files.SelectMany(file => sentences[file])];
        return new(ModelOption.ReadDirectory(parsed, Base), output, version, parsed.GetValue(Head)!, trainingSentences)
        {
            Test = test is null ? [] : sentences[test],
            TestName = Path.GetFileNameWithoutExtension(test ?? ""),
        };
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

    private static FineTuneOptions ReadOptions(ParseResult parsed) => Defaults with
    {
        Epochs = ReadPositive(parsed, Epochs),
        LearningRate = parsed.GetValue(LearningRate) is > 0 and < 1 and var rate
            ? rate
            : throw new CliException($"--learning-rate {parsed.GetValue(LearningRate)} is out of range; give a number between 0 and 1."),
        Threads = ReadPositive(parsed, Threads),
        Seed = parsed.GetValue(Seed),
        FreezeEncoder = parsed.GetValue(FreezeEncoder),
    };

    private static int ReadPositive(ParseResult parsed, Option<int> option) => parsed.GetValue(option) is > 0 and var value
        ? value
        : throw new CliException($"{option.Name} {parsed.GetValue(option)} is out of range; give at least 1.");

    private static void ReportRemovedHeads(EntityTrainingTask task)
    {
        var heads = ModelPackage.ReadManifest(task.BaseDirectory).Heads
            .Select(static head => head.Name)
            .Where(name => name != task.Head)
            .ToList();
        if (heads.Count > 0)
        {
            Terminal.Error.WriteLine(
                $"streambert: the encoder is trained too, so the new package does not contain the heads {string.Join(", ", heads)}; "
                    + "--freeze-encoder keeps them.");
        }
    }
}
