using System.CommandLine;
using StreamBert.Cli.CommandLine;

namespace StreamBert.Cli.Files;

/// <summary>A text of the input, or why there is none.</summary>
/// <param name="Number">Counts from 1.</param>
internal sealed record TextLine(long Number, string? Text, string? Fault)
{
    /// <summary>What the user reads about a line without a text.</summary>
    public string Error => $"Line {Number} cannot be read: {Fault}.";
}

/// <summary>Texts from arguments, a file or stdin, one after another in constant memory: what commands share that answer line by line.</summary>
internal sealed class TextInput(string command)
{
    private readonly Option<string?> _input = new("--input", "-i")
    {
        Description = "A file: plain text (a text a line), .csv or .jsonl (each also with .gz); - reads lines from stdin.",
    };

    private readonly Option<string?> _column = new("--text") { Description = "The column of a CSV or JSON Lines file that holds the text." };
    private readonly Argument<string[]> _texts = new("texts") { Description = "The texts.", Arity = ArgumentArity.ZeroOrMore };

    public void AddTo(Command to)
    {
        to.Add(_input);
        to.Add(_column);
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
            return texts.Select(static (text, at) => new TextLine(at + 1, text, null));
        if (input is null && !Console.IsInputRedirected)
            throw new CliException($"Give texts as arguments, or --input FILE, or --input - for stdin. For example: streambert {command} \"Oil plunges 5%\"");
        return input is null or "-" ? Stdin() : OfFile(RowFile.Open(input, plainToo: true), parsed.GetValue(_column));
    }

    /// <summary>A warning on stderr and exit code 1 where lines could not be read.</summary>
    public static int Report(long unreadable)
    {
        if (unreadable > 0)
            Console.Error.WriteLine($"streambert: {unreadable} of the lines could not be read; their output says why.");
        return unreadable > 0 ? 1 : 0;
    }

    private static IEnumerable<TextLine> Stdin() => PlainRows.Read(new BufferedStream(Console.OpenStandardInput(), 1 << 16))
        .Select(static (row, at) => new TextLine(at + 1, row.Fields?[RowFile.PlainColumn], row.Fault));

    private static IEnumerable<TextLine> OfFile(RowFile file, string? named)
    {
        var column = file.Columns.Count == 0 ? RowFile.PlainColumn : file.TextColumn(named);
        return file.Rows().Select(row => new TextLine(
            row.Number, row.Fields?.GetValueOrDefault(column), row.Fault ?? (row.Fields!.ContainsKey(column) ? null : $"it has no '{column}'")));
    }
}
