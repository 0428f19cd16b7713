namespace StreamBert.Cli.Commands.Completion;

/// <summary>Finds the words that complete a command line.</summary>
internal static class Suggestions
{
    /// <param name="line">The line, with the name of the program.</param>
    /// <param name="position">The position of the cursor in the line, in characters.</param>
    public static IReadOnlyList<string> Find(string line, int position)
    {
        var typed = line.Length > position ? line[..Math.Max(0, position)] : line.PadRight(position);
        var program = typed.IndexOf(' ', StringComparison.Ordinal);
        if (program < 0)
            return [];
        var arguments = typed[(program + 1)..];
        return
        [
            .. StreamBertCommand.Create().Parse(arguments).GetCompletions(arguments.Length)
                .Select(static completion => completion.InsertText ?? completion.Label)
                .Where(static word => !word.StartsWith('/') && word is not ("-?" or "-h")).Distinct(),
        ];
    }
}
