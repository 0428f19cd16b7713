using System.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.Files.Encodings;

namespace StreamBert.Cli.CommandLine;

/// <summary>Groups the options that describe how a file is written; they are the same for every command that reads one.</summary>
internal sealed class FileDialectOptionGroup
{
    private readonly Option<string?> _encoding = new("--encoding")
    {
        Description = "Character encoding of the file, such as windows-1252 or utf-16le. Default: UTF-8, or the encoding of its byte "
            + "order mark.",
    };

    private readonly Option<string?> _separator = new("--separator")
    {
        Description = "Character that separates the fields of a CSV file, or tab. Default: detected (comma, semicolon, tab or |).",
    };

    private readonly Option<bool> _noHeader = new("--no-header")
    {
        Description = "The CSV file has no header; its columns are named column1, column2 and so on.",
    };

    public IReadOnlyList<Option> Options => [_encoding, _separator, _noHeader];

    public void AddTo(Command command)
    {
        foreach (var option in Options)
            command.Add(option);
    }

    /// <exception cref="CliException">The encoding is unknown, or the separator is not a single ASCII character.</exception>
    public FileDialect Read(ParseResult parsed)
    {
        var encoding = parsed.GetValue(_encoding);
        if (encoding is not null)
            _ = TextEncoding.Parse(encoding);
        return new(encoding, FileDialect.ParseSeparator(parsed.GetValue(_separator)), !parsed.GetValue(_noHeader));
    }
}
