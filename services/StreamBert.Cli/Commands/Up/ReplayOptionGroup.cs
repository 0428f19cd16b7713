using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.Replay.Requests;

namespace StreamBert.Cli.Commands.Up;

/// <summary>Groups the options of <c>up</c> for replaying a file.</summary>
internal sealed class ReplayOptionGroup
{
    private const int MaxAttributeCount = 1_000, MaxAttributeLength = 1_000_000;

    private readonly Option<string?> _file = new("--replay")
    {
        Description = "Replay this CSV, TSV, JSON or plain text file (also .gz) instead of running the simulator. Into a pipeline with "
            + "Predictions: JSON that its mapping describes.",
    };

    private readonly Option<string?> _pipeline = new("--pipeline") { Description = "Pipeline of the replayed file." };
    private readonly Option<string?> _text = new("--text") { Description = "Column of the text. Default: detected by its name." };

    private readonly Option<string?> _time = new("--time")
    {
        Description = "Column of the event time (docs/read-your-data.md lists the supported formats). Default: the time of the append.",
    };

    private readonly Option<string?> _timeFormat = new("--time-format")
    {
        Description = "Format of the times: a .NET format such as dd/MM/yyyy, or an epoch unit such as epoch-seconds. Default: all "
            + "unambiguous formats.",
    };

    private readonly Option<string?> _id = new("--id") { Description = "Column of the id. Default: derived from file, run and row." };

    private readonly Option<string?> _subject = new("--subject")
    {
        Description = "Column of the subject (use a pseudonym): keeps the texts of a subject in order; 'erase' erases by it.",
    };

    private readonly Option<int> _maxAttributes = new("--max-attributes")
    {
        Description = "Maximum number of further columns that become attributes of a text; columns that the pipeline monitors always do.",
        DefaultValueFactory = static _ => AttributeLimits.DefaultMaxCount,
    };

    private readonly Option<int> _maxAttributeChars = new("--max-attribute-chars")
    {
        Description = "Maximum number of characters of an attribute; longer values are truncated.",
        DefaultValueFactory = static _ => AttributeLimits.DefaultMaxChars,
    };

    private readonly Option<bool> _restart = new("--restart")
    {
        Description = "Start at the first row if an earlier replay of the file was interrupted, instead of resuming it.",
    };

    private readonly Option<string> _rate = new("--rate")
    {
        Description = "Texts per second, or max.",
        DefaultValueFactory = static _ => "max",
    };

    private readonly Option<bool> _loop = new("--loop") { Description = "Replay the file again at its end, without limit." };

    private readonly Option<bool> _once = new("--once")
    {
        Description = "Exit when all rows are classified; the last line on stdout is the ledger of the replay as JSON.",
    };

    private readonly FileDialectOptionGroup _dialect = new();

    public void AddTo(Command command)
    {
        command.Add(_file);
        foreach (var option in GetDependentOptions())
            command.Add(option);
    }

    /// <returns>The requested replay, or null if none is requested.</returns>
    /// <exception cref="CliException">An option is invalid, or requires another one.</exception>
    public ReplayRequest? Read(ParseResult parsed)
    {
        if (parsed.GetValue(_file) is not { } path)
        {
            RequireNoReplayOptions(parsed);
            return null;
        }
        if (parsed.GetValue(_loop) && parsed.GetValue(_once))
            throw new CliException("--loop never ends, and --once ends after the file; choose one.");
        return new(
            RowFile.Open(path, allowPlainText: false, _dialect.Read(parsed)),
            parsed.GetValue(_pipeline) ?? throw new CliException("--replay requires --pipeline NAME, such as financial-news."),
            parsed.GetValue(_text),
            parsed.GetValue(_time),
            parsed.GetValue(_id),
            ReplayRequest.ParseRate(parsed.GetValue(_rate)!),
            parsed.GetValue(_loop),
            parsed.GetValue(_once))
        {
            Subject = parsed.GetValue(_subject),
            TimeFormat = parsed.GetValue(_timeFormat),
            Limits = new(
                ReadInRange(parsed, _maxAttributes, 0, MaxAttributeCount),
                ReadInRange(parsed, _maxAttributeChars, 1, MaxAttributeLength)),
            Restart = parsed.GetValue(_restart),
        };
    }

    private Option[] GetDependentOptions() =>
    [
        _rate, _pipeline, _text, _time, _timeFormat, _id, _subject, _maxAttributes, _maxAttributeChars, _restart, _loop, _once,
        .. _dialect.Options,
    ];

    private void RequireNoReplayOptions(ParseResult parsed)
    {
        if (GetDependentOptions().FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } option)
            throw new CliException($"{option.Name} requires --replay FILE; without a file the simulator writes the texts.");
    }

    private static int ReadInRange(ParseResult parsed, Option<int> option, int min, int max) =>
        parsed.GetValue(option) is var value && value >= min && value <= max
            ? value
            : throw new CliException(FormattableString.Invariant($"{option.Name} {value} is out of range; give {min:N0} to {max:N0}."));
}
