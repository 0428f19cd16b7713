using System.CommandLine;
using StreamBert.Cli.CommandLine;

namespace StreamBert.Cli.Files;

/// <summary>How a file is written, as far as the user said so; the rest is recognised.</summary>
/// <param name="Encoding">Null: UTF-8, or what a byte order mark says.</param>
/// <param name="Separator">Of a separated file; null: recognised by its first rows.</param>
/// <param name="HasHeader">Whether the first row of a separated file names the columns.</param>
internal sealed record Dialect(string? Encoding = null, char? Separator = null, bool HasHeader = true);

/// <summary>The options by which a user says how a file is written: the same for every command that reads one.</summary>
internal sealed class DialectInput
{
    private readonly Option<string?> _encoding = new("--encoding")
    {
        Description
            = "How the file's characters are stored, such as windows-1252 or utf-16le; default: UTF-8, or what its byte order mark says.",
    };

    private readonly Option<string?> _separator = new("--separator")
    {
        Description = "The character between the fields of a CSV file, or tab; default: recognised (comma, semicolon, tab or |).",
    };

    private readonly Option<bool> _noHeader = new("--no-header")
    {
        Description = "The first row of a CSV file is a row like the others; its columns are column1, column2 and so on."
    };

    public IReadOnlyList<Option> Options => [_encoding, _separator, _noHeader];

    public void AddTo(Command command)
    {
        foreach (var option in Options)
            command.Add(option);
    }

    /// <exception cref="CliException">No such encoding, or no character that can separate fields.</exception>
    public Dialect Read(ParseResult parsed)
    {
        var encoding = parsed.GetValue(_encoding);
        if (encoding is not null)
            _ = TextEncoding.Named(encoding);
        return new(encoding, ParseSeparator(parsed.GetValue(_separator)), !parsed.GetValue(_noHeader));
    }

    /// <exception cref="CliException">No character that can separate fields.</exception>
    public static char? ParseSeparator(string? written) => written switch
    {
        null => null,
        "tab" or "\\t" => '\t',
        [var one] when char.IsAscii(one) && one is not ('"' or '\r' or '\n') => one,
        _ => throw new CliException($"The separator '{written}' is not one ASCII character (other than a quote), nor 'tab'."),
    };
}
