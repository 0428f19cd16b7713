using System.CommandLine;
using System.Globalization;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Groups the options that name the heads to train and their files.</summary>
internal sealed class TrainingDataOptionGroup
{
    private const string DefaultHead = "label";

    private readonly Option<string[]> _heads = new("--head")
    {
        Description = "Name of the head (default: label; for ner: entities), or one NAME=FILE or NAME=FILE:TEXT:LABEL for each of "
            + "several heads.",
    };

    private readonly Option<string[]> _validation = new("--validation")
    {
        Description = "File to validate on, or NAME=FILE of a head. Default: a part of the training texts.",
    };

    private readonly Option<string[]> _test = new("--test")
    {
        Description = "File to evaluate on after the training, or NAME=FILE of a head; the report is stored in the package.",
    };

    private readonly Option<string?> _text = new("--text") { Description = "Column of the text. Default: detected by its name." };
    private readonly Option<string?> _label = new("--label") { Description = "Column of the label. Default: detected by its name." };

    private readonly Option<string?> _labels = new("--labels")
    {
        Description = "Names of the numeric labels 0, 1, 2 and so on, separated by commas.",
    };

    private readonly Option<double> _validationShare = new("--validation-share")
    {
        Description = "Share of the training texts to validate on, without --validation.",
        DefaultValueFactory = static _ => 0.1,
    };

    public FileDialectOptionGroup Dialect { get; } = new();

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_heads, _validation, _test, _text, _label, _labels, _validationShare])
            command.Add(option);
        Dialect.AddTo(command);
    }

    /// <summary>Reads the heads to train.</summary>
    /// <param name="data">The value of <c>--data</c>.</param>
    /// <exception cref="CliException">The options contradict each other.</exception>
    public IReadOnlyList<TrainedHead> ReadHeads(ParseResult parsed, IReadOnlyList<string> data)
    {
        var given = parsed.GetValue(_heads) ?? [];
        var files = given.Select(value => HeadFile.TryParse(value, _heads.Name)).ToList();
        if (data.Count == 0 && files.Count > 0 && files.TrueForAll(static file => file is not null))
            return ReadSeveral(parsed, [.. files.Select(file => Complete(parsed, file!))]);
        if (data is not [var only])
            throw new CliException("Give one file with --data FILE, or one for each of several heads with --head NAME=FILE.");
        if (given.Length > 1 || files.Exists(static file => file is not null))
        {
            throw new CliException(
                "--data FILE has the texts of one head; for several heads, give --head NAME=FILE for each, without --data.");
        }
        var name = given.Length == 0 ? DefaultHead : given[0];
        return [new(name, Create(parsed, name, only), FindOnly(parsed, _validation, name), FindOnly(parsed, _test, name))];
    }

    /// <summary>Reads the name of the only head.</summary>
    /// <exception cref="CliException">Several are given.</exception>
    public string ReadOnlyHead(ParseResult parsed, string defaultName) => parsed.GetValue(_heads) switch
    {
        null or [] => defaultName,
        [var name] => name,
        _ => throw new CliException("--head is given several times; this task trains one head."),
    };

    /// <summary>Reads the only file to evaluate on.</summary>
    /// <exception cref="CliException">Several are given.</exception>
    public string? ReadOnlyTest(ParseResult parsed) => ReadOnly(parsed, _test);

    /// <exception cref="CliException">There is only one name, or two are equal.</exception>
    public IReadOnlyList<string>? ReadLabelNames(ParseResult parsed)
    {
        var names = parsed.GetValue(_labels)?.Split(',', StringSplitOptions.TrimEntries);
        return names is null || (names.Length > 1 && names.Distinct().Count() == names.Length)
            ? names
            : throw new CliException($"{_labels.Name} needs two or more different names.");
    }

    /// <exception cref="CliException">The share is out of range.</exception>
    public double ReadValidationShare(ParseResult parsed) => parsed.GetValue(_validationShare) is > 0 and <= 0.5 and var share
        ? share
        : throw new CliException(string.Create(
            CultureInfo.InvariantCulture,
            $"{_validationShare.Name} {parsed.GetValue(_validationShare)} is out of range; give a number above 0 to 0.5."));

    private List<TrainedHead> ReadSeveral(ParseResult parsed, IReadOnlyList<HeadFile> files)
    {
        if (files.GroupBy(static file => file.Head).FirstOrDefault(static group => group.Count() > 1) is { } twice)
            throw new CliException($"--head {twice.Key} is given twice.");
        var (validation, test) = (ReadByHead(parsed, _validation, files), ReadByHead(parsed, _test, files));
        return [.. files.Select(file =>
            new TrainedHead(file.Head!, file, validation.GetValueOrDefault(file.Head!), test.GetValueOrDefault(file.Head!)))];
    }

    private Dictionary<string, HeadFile> ReadByHead(ParseResult parsed, Option<string[]> option, IReadOnlyList<HeadFile> heads)
    {
        var files = new Dictionary<string, HeadFile>(StringComparer.Ordinal);
        foreach (var value in parsed.GetValue(option) ?? [])
        {
            var file = HeadFile.TryParse(value, option.Name)
                ?? throw new CliException($"With several heads, give {option.Name} NAME=FILE instead of '{value}'.");
            if (!heads.Any(head => head.Head == file.Head))
                throw new CliException($"{option.Name} {value}: there is no --head {file.Head}.");
            if (!files.TryAdd(file.Head!, Complete(parsed, file)))
                throw new CliException($"{option.Name} {file.Head} is given twice.");
        }
        return files;
    }

    private HeadFile? FindOnly(ParseResult parsed, Option<string[]> option, string head) =>
        ReadOnly(parsed, option) is { } path ? Create(parsed, head, path) : null;

    private static string? ReadOnly(ParseResult parsed, Option<string[]> option) => parsed.GetValue(option) switch
    {
        null or [] => null,
        [var path] => path,
        _ => throw new CliException($"{option.Name} is given several times; give one file."),
    };

    private HeadFile Create(ParseResult parsed, string head, string path) =>
        new(head, path, parsed.GetValue(_text), parsed.GetValue(_label));

    /// <summary>Adds the columns that hold for all files.</summary>
    private HeadFile Complete(ParseResult parsed, HeadFile file) =>
        file.Text is null ? file with { Text = parsed.GetValue(_text), Label = parsed.GetValue(_label) } : file;
}
