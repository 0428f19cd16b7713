using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Files;

/// <summary>Describes how a file is written as far as the user specifies it; the rest is detected.</summary>
/// <param name="Encoding">The character encoding. Null: UTF-8, or the encoding of a byte order mark.</param>
/// <param name="Separator">The separator of a separated file. Null: detected from its first rows.</param>
/// <param name="HasHeader">Whether the first row of a separated file contains the names of the columns.</param>
internal sealed record FileDialect(string? Encoding = null, char? Separator = null, bool HasHeader = true)
{
    /// <exception cref="CliException">The separator is not a single ASCII character.</exception>
    public static char? ParseSeparator(string? separator) => separator switch
    {
        null => null,
        "tab" or "\\t" => '\t',
        [var character] when char.IsAscii(character) && character is not ('"' or '\r' or '\n') => character,
        _ => throw new CliException($"The separator '{separator}' is invalid; give one ASCII character other than a quote, or 'tab'."),
    };
}
