using System.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.Files.Encodings;
using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.CommandLine;

/// <summary>
/// Groups the options of commands that read texts from arguments, a file or stdin, one after another and in constant memory.
/// </summary>
internal sealed class TextInputOptionGroup(string command)
{
    private const string Stdin = "-";
    private const int InputBufferBytes = 1 << 16;
    private const string SurrogateNote = "an unpaired surrogate was read as U+FFFD";

    private readonly Option<string?> _input = new("--input", "-i")
    {
        Description = "Input file: plain text (one text per line), .csv, .tsv, .jsonl or .json, each optionally with .gz; - reads lines "
            + "from stdin.",
    };

    private readonly Option<string?> _column = new("--text")
    {
        Description = "Column of a CSV or JSON file that contains the text. Default: detected by its name.",
    };

    private readonly FileDialectOptionGroup _dialect = new();
    private readonly Argument<string[]> _texts = new("texts") { Description = "The texts.", Arity = ArgumentArity.ZeroOrMore };

    public void AddTo(Command target)
    {
        target.Add(_input);
        target.Add(_column);
        _dialect.AddTo(target);
        target.Add(_texts);
    }

    /// <param name="columns">Options that name further columns of the file.</param>
    /// <exception cref="CliException">
    /// Neither texts nor a file are given, or both, or the file cannot be read, or it lacks a column.
    /// </exception>
    public IEnumerable<TextLine> Open(ParseResult parsed, params IReadOnlyList<Option<string?>> columns)
    {
        var texts = parsed.GetValue(_texts) ?? [];
        if (parsed.GetValue(_input) is null or Stdin && columns.FirstOrDefault(option => parsed.GetValue(option) is not null) is { } named)
            throw new CliException($"{named.Name} names a column of a file: give --input FILE.");
        var input = parsed.GetValue(_input);
        if (texts.Length > 0 && input is not null)
            throw new CliException("Give either texts or --input, not both.");
        if (texts.Length > 0)
            return texts.Select(static (text, index) => FromArgument(text, index + 1));
        if (input is null && !Terminal.IsInputRedirected)
        {
            throw new CliException(
                $"Give texts as arguments, --input FILE, or --input - for stdin. For example: streambert {command} \"Oil plunges 5%\"");
        }
        var dialect = _dialect.Read(parsed);
        return input is null or Stdin
            ? FromStdin(dialect.Encoding)
            : FromFile(RowFile.Open(input, allowPlainText: true, dialect), parsed.GetValue(_column),
                option => parsed.GetValue(option), columns);
    }

    /// <summary>Warns on stderr if lines could not be read.</summary>
    /// <returns>The exit code: 1 if lines could not be read.</returns>
    public static int ReportUnreadable(long lines)
    {
        if (lines > 0)
            Terminal.Error.WriteLine($"streambert: {lines} lines could not be read; their output lines contain the reasons.");
        return lines > 0 ? 1 : 0;
    }

    /// <summary>Reports on stderr how a file is read if its format differs from what its name suggests.</summary>
    public static void ReportDetectedFormat(RowFile file)
    {
        if (file.Deviations.Count > 0)
            Terminal.Error.WriteLine($"streambert: '{file.Path}' is read as {file.Format}.");
    }

    /// <summary>Replaces unpaired surrogates, which a shell can pass, as the model's tokenizer does.</summary>
    private static TextLine FromArgument(string text, long number)
    {
        var wellFormed = string.Concat(text.EnumerateRunes());
        return new(number, wellFormed, null) { Note = wellFormed == text ? null : SurrogateNote };
    }

    private static IEnumerable<TextLine> FromStdin(string? encoding)
    {
        var content = new BufferedStream(Terminal.OpenInput(), InputBufferBytes);
        var utf8 = (encoding is null ? TextEncoding.Detect([], null, "stdin") : TextEncoding.Parse(encoding)).ToUtf8(content);
        return PlainRows.Read(utf8)
            .Select(static (row, index) => new TextLine(index + 1, row.Fields?[PlainRows.Column].Value, row.Fault?.Detail));
    }

    private static IEnumerable<TextLine> FromFile(
        RowFile file, string? textColumn, Func<Option<string?>, string?> valueOf, IReadOnlyList<Option<string?>> options)
    {
        var further = options.Select(option => file.RequireColumn(valueOf(option), option.Name)).ToList();
        ReportDetectedFormat(file);
        if (!file.ReadRows().Any())
            Terminal.Error.WriteLine($"streambert: '{file.Path}' contains no rows.");
        var column = file.Columns.Count == 0 ? PlainRows.Column : file.FindTextColumn(textColumn);
        return file.ReadRows().Select(row => ToLine(file, row, column, further));
    }

    private static TextLine ToLine(RowFile file, Row row, string column, IReadOnlyList<string?> further)
    {
        var (text, fault) = row.GetRequired(column);
        return new(row.Number, text, fault?.Detail, $"'{file.Path}', {row.Location}")
        {
            Note = row.Content.Note,
            Fields = [.. further.Select(row.GetOptional)],
        };
    }
}
