using Spectre.Console;

namespace StreamBert.Cli.CommandLine;

/// <summary>Tables on stdout, and whether a person watches stderr.</summary>
internal static class Terminal
{
    /// <summary>Into a file or a pipe, tables are as wide as they need, not as a terminal.</summary>
    private const int RedirectedWidth = 200;

    /// <summary>Stdout, for tables.</summary>
    public static IAnsiConsole Out { get; } = CreateOut();

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

    private static IAnsiConsole CreateOut()
    {
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
            console.Profile.Width = RedirectedWidth;
        return console;
    }

    /// <summary>A heading that begins with <c>#</c> stands over numbers: aligned to the right.</summary>
    private static TableColumn Column(string heading) =>
        heading.StartsWith('#') ? new TableColumn(new Text(heading[1..])).RightAligned() : new TableColumn(new Text(heading));
}
