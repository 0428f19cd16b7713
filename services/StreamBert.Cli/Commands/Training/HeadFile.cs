using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Commands.Training;

/// <summary>A file with the texts and labels of a head, as an option names it.</summary>
/// <param name="Head">The name of the head; null for the only one.</param>
/// <param name="Path">The path of the file.</param>
/// <param name="Text">The column of the texts; null if it is to be detected.</param>
/// <param name="Label">The column of the labels; null if it is to be detected.</param>
internal sealed record HeadFile(string? Head, string Path, string? Text, string? Label)
{
    private const char Assignment = '=', Separator = ':';

    /// <summary>Parses <c>NAME=FILE</c> or <c>NAME=FILE:TEXT:LABEL</c>.</summary>
    /// <returns>Null if the value has no <c>=</c>.</returns>
    /// <exception cref="CliException">The name or the file is empty, or only one column is given.</exception>
    public static HeadFile? TryParse(string value, string option)
    {
        var at = value.IndexOf(Assignment);
        if (at < 0)
            return null;
        var (head, file) = (value[..at].Trim(), value[(at + 1)..]);
        var parts = file.Split(Separator);
        if (head.Length == 0 || file.Length == 0)
            throw Invalid(value, option);
        // The colon of a Windows drive is not a separator.
        var columns = parts is [{ Length: 1 }, ['\\' or '/', ..], ..] ? parts[2..] : parts[1..];
        return columns.Length switch
        {
            0 => new(head, file, null, null),
            2 when columns.All(static column => column.Length > 0) =>
                new(head, file[..^(columns[0].Length + columns[1].Length + 2)], columns[0], columns[1]),
            _ => throw Invalid(value, option),
        };
    }

    private static CliException Invalid(string value, string option) => new(
        $"{option} '{value}' is not understood; give {option} NAME=FILE or {option} NAME=FILE:TEXT:LABEL, with the columns of the text and "
        + "of the label.");
}
