using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Files;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Model.Training;

namespace StreamBert.Cli.Commands;

/// <summary><c>train --task ner</c>: teaches a head that names entities from CoNLL files, on the encoder of an existing package.</summary>
internal static class EntityTraining
{
    private static readonly FineTuneOptions Defaults = new() { Epochs = 5, LearningRate = 5e-4 };

    private static readonly Option<string> Base = new("--base")
    {
        Description = "ner: the model package to build on; default: the model that ships.",
        DefaultValueFactory = static _ => DefaultModel.Directory,
    };

    private static readonly Option<string> Head = new("--head")
    {
        Description = "ner: the new head's name.",
        DefaultValueFactory = static _ => "entities"
    };
    private static readonly Option<string?> Test = new("--test")
    {
        Description = "ner: a CoNLL file to measure on; the report goes into the package too."
    };

    private static readonly Option<bool> FreezeEncoder = new("--freeze-encoder")
    {
        Description = "ner: train the new head alone, so that the base's other heads stay and answer as before. Without it the whole encoder learns, and the other heads are left out.",
    };

    private static readonly Option<int> Epochs = new("--epochs")
    {
        Description = "ner: passes over the data.",
        DefaultValueFactory = static _ => Defaults.Epochs
    };
    private static readonly Option<double> LearningRate = new("--learning-rate")
    {
        Description = "ner: peak learning rate; for an encoder of 768 or wider about 5e-5.",
        DefaultValueFactory = static _ => Defaults.LearningRate
    };
    private static readonly Option<int> Threads = new("--threads")
    {
        Description = "ner: processor threads.",
        DefaultValueFactory = static _ => Defaults.Threads
    };
    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "ner: seed of everything random.",
        DefaultValueFactory = static _ => Defaults.Seed
    };

    private static readonly Option<string?> Encoding = new("--encoding")
    {
        Description = "ner: how the files' characters are stored, such as windows-1252; default: UTF-8, or what a byte order mark says."
    };

    public static void AddOptions(Command command)
    {
        foreach (var option in (Option[])[Base, Head, Test, FreezeEncoder, Epochs, LearningRate, Threads, Seed, Encoding])
        {
            command.Add(
            option);
        }
    }

    public static int Run(ParseResult parsed, IReadOnlyList<string> files, string output, CancellationToken cancellation)
    {
        var task = Task(parsed, files, output);
        var display = new TrainingDisplay();
        if (!parsed.GetValue(FreezeEncoder))
            TellDropped(task);
        var report = EntityTrainer.Run(task, Options(parsed), display, cancellation);
        if (report is not null)
            ReportTable.Write(report, task.Version);
        return 0;
    }

    private static EntityTask Task(ParseResult parsed, IReadOnlyList<string> files, string output)
    {
        var test = parsed.GetValue(Test);
        var read = Read(files.Concat([test]).OfType<string>(), parsed.GetValue(Encoding));
        var sentences = files.SelectMany(file => read[file]).ToList();
        return new(
            DefaultModel.Checked(parsed.GetValue(Base)!),
            output,
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output))),
            parsed.GetValue(Head)!,
            sentences)
        {
            Test = test is null ? [] : read[test],
            TestName = Path.GetFileNameWithoutExtension(test ?? ""),
        };
    }

    /// <summary>All files, or what is wrong with each.</summary>
    private static Dictionary<string, IReadOnlyList<TaggedSentence>> Read(IEnumerable<string> files, string? encoding)
    {
        var (read, faults) = (new Dictionary<string, IReadOnlyList<TaggedSentence>>(), new List<string>());
        foreach (var file in files.Distinct())
        {
            try
            {
                read[file] = ConllFile.Read(file, SourceFile.Open(file, encoding).Lines());
            }
            catch (Exception e) when (e is CliException or ModelPackageException)
            {
                faults.Add(e.Message);
            }
        }

        return faults.Count == 0 ? read : throw new CliException(string.Join('\n', faults));
    }

    private static FineTuneOptions Options(ParseResult parsed) => Defaults with
    {
        Epochs = Positive(parsed, Epochs),
        LearningRate = parsed.GetValue(LearningRate) is > 0 and < 1 and var rate
            ? rate
            : throw new CliException($"--learning-rate is {parsed.GetValue(LearningRate)}; it must lie between 0 and 1."),
        Threads = Positive(parsed, Threads),
        Seed = parsed.GetValue(Seed),
        FreezeEncoder = parsed.GetValue(FreezeEncoder),
    };

    private static int Positive(ParseResult parsed, Option<int> option) =>
        parsed.GetValue(option) is > 0 and var value
            ? value
            : throw new CliException($"{option.Name} is {parsed.GetValue(option)}; it must be at least 1.");

    private static void TellDropped(EntityTask task)
    {
        var dropped = ModelPackage.ReadManifest(task.BaseDirectory).Heads.Select(static head => head.Name).Where(name => name != task.Head)
            .ToList();
        if (dropped.Count > 0)
            Terminal.Error.WriteLine($"streambert: the encoder learns too, so the new package leaves out the heads {string.Join(", ", dropped)}; --freeze-encoder keeps them.");
    }
}
