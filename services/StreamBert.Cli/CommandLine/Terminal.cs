#pragma warning disable RS0030 // The one place that writes to the console: see BannedSymbols.Console.txt.

using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;
using StreamBert.Contracts;

namespace StreamBert.Cli.CommandLine;

/// <summary>
/// The console: all that the program prints goes through here, where characters that would steer a terminal or hide become visible. Only
/// this type may write
/// control sequences.
/// </summary>
internal static class Terminal
{
    /// <summary>Into a file or a pipe, tables are as wide as they need, not as a terminal.</summary>
    private const int RedirectedWidth = 200;

    private const string ClearedLine = "\r\e[K";

    /// <summary>Stdout, for lines.</summary>
    public static TextWriter Out => new VisibleWriter(Console.Out);

    /// <summary>Stderr, for lines.</summary>
    public static TextWriter Error => new VisibleWriter(Console.Error);

    /// <summary>Stdout, for the help that the command line's parser writes.</summary>
    public static TextWriter Help => new VisibleWriter(Console.Out, indents: false);

    /// <summary>Whether a person watches stderr.</summary>
    public static bool IsWatched => !Console.IsErrorRedirected;

    public static bool HasInput => Console.IsInputRedirected;

    public static Stream OpenInput() => Console.OpenStandardInput();

    /// <summary>Stdout for much output; flushed when disposed.</summary>
    public static TextWriter OpenOutput()
        => new VisibleWriter(new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 1 << 16));

    /// <summary>Stdout for bytes that are ASCII without control characters, such as JSON whose writer escapes all others.</summary>
    public static Stream OpenAscii() => new BufferedStream(Console.OpenStandardOutput(), 1 << 16);

    /// <summary>A table in this program's manner; cells are plain text, not markup.</summary>
    public static Table Table(string? title, params ReadOnlySpan<string> columns)
    {
        var table = new Table().RoundedBorder();
        if (title is not null)
            table.Title = new(Markup.Escape(VisibleText.EscapeLine(title)));
        foreach (var column in columns)
            table.AddColumn(Column(column));
        return table;
    }

    public static void AddCells(this Table table, params IEnumerable<string> cells)
        => table.AddRow(cells.Select(static cell => Cell(cell)));

    public static IRenderable Cell(string text, Style? style = null)
        => new Text(VisibleText.EscapeLines(text.Replace("\r\n", "\n", StringComparison.Ordinal)).Replace('\t', ' '), style);

    public static void AddCaption(this Table table, string text) => table.Caption = new(Markup.Escape(VisibleText.EscapeLine(text)));

    /// <summary>A table, or a text with colours, on stdout.</summary>
    public static void Write(IRenderable what) => Create(Console.Out).Write(what);

    /// <summary>Makes room on stderr for a line where one that is written over may stand.</summary>
    public static void ClearLine()
    {
        if (IsWatched)
            Console.Error.Write(ClearedLine);
    }

    /// <summary>A line on stderr that the next one is written over, where a person watches; else a line of its own.</summary>
    /// <param name="last">Whether it stays.</param>
    public static void Progress(string text, bool last = false)
    {
        var line = VisibleText.EscapeLine(text);
        if (IsWatched)
            Console.Error.Write($"{ClearedLine}{Fit(line)}{(last ? "\n" : "")}");
        else
            Console.Error.WriteLine(line);
    }

    /// <summary>What a log line begins with that is written over a line of <see cref="Progress"/>.</summary>
    public static void ClearLine(TextWriter log) => log.Write(IsWatched ? ClearedLine : "");

    internal static IAnsiConsole Create(TextWriter to)
    {
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(to) });
        if (Console.IsOutputRedirected)
            console.Profile.Width = RedirectedWidth;
        console.Pipeline.Attach(new VisibleOnly());
        return console;
    }

    /// <summary>A longer line would wrap and could not be written over; some terminals do not tell their width.</summary>
    private static string Fit(string text)
    {
        var width = Console.IsOutputRedirected ? 0 : Console.WindowWidth;
        return width <= 1 || text.Length < width ? text : text[..(width - 1)];
    }

    /// <summary>A heading that begins with <c>#</c> stands over numbers: aligned to the right.</summary>
    private static TableColumn Column(string heading) =>
        heading.StartsWith('#') ? new TableColumn(Cell(heading[1..])).RightAligned() : new TableColumn(Cell(heading));

    /// <summary>Whatever is rendered: only styles may be control sequences.</summary>
    private sealed class VisibleOnly : IRenderHook
    {
        public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables)
            => renderables.Select(static one => new Shown(one));

        private sealed class Shown(IRenderable what) : IRenderable
        {
            public Measurement Measure(RenderOptions options, int maxWidth) => what.Measure(options, maxWidth);

            public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => what.Render(options, maxWidth)
                .Select(static segment => segment.IsControlCode || segment.IsLineBreak
                    ? segment
                    : new Segment(VisibleText.EscapeLines(segment.Text), segment.Style));
        }
    }
}
