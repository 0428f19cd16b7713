using System.CommandLine;
using StreamBert.Cli.CommandLine;

namespace StreamBert.Cli.Files;

/// <summary>A text of the input, or why there is none.</summary>
/// <param name="Number">Counts from 1.</param>
/// <param name="Place">Where it stands.</param>
internal sealed record TextLine(long Number, string? Text, string? Fault, string? Place = null)
{
    /// <summary>What was read differently from how it is written.</summary>
    public string? Note { get; init; }

    /// <summary>What the user reads about a line without a text.</summary>
    public string Error => $"{Place ?? $"Line {Number}"} cannot be read: {Fault}.";
}

/// <summary>
/// Texts from arguments, a file or stdin, one after another in constant memory: what commands share that answer line by line.
/// </summary>
internal sealed class TextInput(string command)
{
    private const string Half = "a surrogate without the other half was read as U+FFFD";

    private readonly Option<string?> _input = new("--input", "-i")
    {
        Description = "A file: plain text (a text a line), .csv, .tsv, .jsonl or .json (each also with .gz); - reads lines from stdin.",
    };

    private readonly Option<string?> _column = new("--text")
    {
        Description = "The column of a CSV or JSON file that holds the text; default: guessed by its name."
    };
    private readonly DialectInput _dialect = new();
    private readonly Argument<string[]> _texts = new("texts") { Description = "The texts.", Arity = ArgumentArity.ZeroOrMore };

    public void AddTo(Command to)
    {
        to.Add(_input);
        to.Add(_column);
        _dialect.AddTo(to);
        to.Add(_texts);
    }

    /// <exception cref="CliException">Neither texts nor a file, both, or a file that cannot be read.</exception>
    public IEnumerable<TextLine> Open(ParseResult parsed)
    {
        var texts = parsed.GetValue(_texts) ?? [];
        var input = parsed.GetValue(_input);
        if (texts.Length > 0 && input is not null)
            throw new CliException("Give either texts or --input, not both.");
        if (texts.Length > 0)
            return texts.Select(static (text, at) => Argument(text, at + 1));
        if (input is null && !Terminal.HasInput)
        {
            throw new CliException(
                $"Give texts as arguments, or --input FILE, or --input - for stdin. For example: streambert {command} \"Oil plunges 5%\"");
        }

        var dialect = _dialect.Read(parsed);
        return input is null or "-"
            ? Stdin(dialect.Encoding)
            : OfFile(RowFile.Open(input, plainToo: true, dialect), parsed.GetValue(_column));
    }

    /// <summary>A warning on stderr and exit code 1 where lines could not be read.</summary>
    public static int Report(long unreadable)
    {
        if (unreadable > 0)
            Terminal.Error.WriteLine($"streambert: {unreadable} of the lines could not be read; their output says why.");
        return unreadable > 0 ? 1 : 0;
    }

    /// <summary>Says how a file is read where it could have been read otherwise.</summary>
    public static void Announce(RowFile file)
    {
        if (file.Surprises.Count > 0)
            Terminal.Error.WriteLine($"streambert: '{file.Path}' is read as {file.Format}.");
    }

    /// <summary>A text as the model reads it, whatever the shell made of it.</summary>
    private static TextLine Argument(string text, long number)
    {
        var whole = string.Concat(text.EnumerateRunes());
        return new(number, whole, null) { Note = whole == text ? null : Half };
    }

    private static IEnumerable<TextLine> Stdin(string? encoding)
    {
        var content = new BufferedStream(Terminal.OpenInput(), 1 << 16);
        var utf8 = (encoding is null ? TextEncoding.Of([], null, "stdin") : TextEncoding.Named(encoding)).ToUtf8(content);
        return PlainRows.Read(utf8)
            .Select(static (row, at) => new TextLine(at + 1, row.Fields?[PlainRows.Column].Value, row.Fault?.Detail));
    }

    private static IEnumerable<TextLine> OfFile(RowFile file, string? named)
    {
        Announce(file);
        if (!file.Rows().Any())
            Terminal.Error.WriteLine($"streambert: '{file.Path}' holds no rows.");
        var column = file.Columns.Count == 0 ? PlainRows.Column : file.TextColumn(named);
        return file.Rows().Select(row => row.Require(column) is var (text, fault)
            ? new TextLine(row.Number, text, fault?.Detail, $"'{file.Path}', {row.Place}") { Note = row.Content.Note }
            : throw new InvalidOperationException());
    }
}
