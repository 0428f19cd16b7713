using Spectre.Console;

namespace StreamBert.Cli.CommandLine;

/// <summary>The two outputs: results on stdout, everything said to a person beside them on stderr.</summary>
internal static class Terminal
{
    public static IAnsiConsole Out { get; } = AnsiConsole.Console;

    public static IAnsiConsole Error { get; } = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Whether a person watches stderr.</summary>
    public static bool IsWatched => !Console.IsErrorRedirected;

    /// <summary>A table in this program's manner; cells are plain text, not markup.</summary>
    public static Table Table(string? title, params ReadOnlySpan<string> columns)
    {
        var table = new Table().RoundedBorder();
        if (title is not null)
            table.Title = new(Markup.Escape(title));
        foreach (var column in columns)
            table.AddColumn(Column(column));
        return table;
    }

    public static void AddCells(this Table table, params IEnumerable<string> cells) => table.AddRow(cells.Select(static cell => new Text(cell)));

    /// <summary>A heading that begins with <c>#</c> stands over numbers: aligned to the right.</summary>
    private static TableColumn Column(string heading) =>
        heading.StartsWith('#') ? new TableColumn(new Text(heading[1..])).RightAligned() : new TableColumn(new Text(heading));
}
