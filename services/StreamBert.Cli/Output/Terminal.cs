#pragma warning disable RS0030 // The one place that writes to the console: see BannedSymbols.Console.txt.

using System.Text;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;
using StreamBert.Contracts;

namespace StreamBert.Cli.Output;

/// <summary>
/// Provides the console. Everything the program prints goes through this type, which escapes control characters and invisible characters.
/// Only this type writes terminal control sequences.
/// </summary>
internal static class Terminal
{
    /// <summary>The width of tables in a file or a pipe, in characters.</summary>
    private const int RedirectedWidth = 200;

    private const int OutputBufferBytes = 1 << 16;
    private const string ClearLineSequence = "\r\e[K";

    /// <summary>Stdout, for lines.</summary>
    public static TextWriter Out => new VisibleTextWriter(Console.Out);

    /// <summary>Stderr, for lines.</summary>
    public static TextWriter Error => new VisibleTextWriter(Console.Error);

    /// <summary>Stdout, for the help text of the command-line parser.</summary>
    public static TextWriter Help => new VisibleTextWriter(Console.Out, indentContinuations: false);

    /// <summary>Whether stderr is a terminal.</summary>
    public static bool IsInteractive => !Console.IsErrorRedirected;

    public static bool IsInputRedirected => Console.IsInputRedirected;

    public static Stream OpenInput() => Console.OpenStandardInput();

    /// <summary>Opens stdout with a buffer, for long output; disposing the writer flushes it.</summary>
    public static TextWriter OpenOutput() =>
        new VisibleTextWriter(new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), OutputBufferBytes));

    /// <summary>Opens stdout for bytes that are printable ASCII, such as JSON whose writer escapes all other characters.</summary>
    public static Stream OpenAsciiOutput() => new BufferedStream(Console.OpenStandardOutput(), OutputBufferBytes);

    /// <summary>
    /// Creates a table; titles and headings are plain text, not markup. A heading that begins with <c>#</c> aligns its column to the right.
    /// </summary>
    public static Table CreateTable(string? title, params ReadOnlySpan<string> columns)
    {
        var table = new Table().RoundedBorder();
        if (title is not null)
            table.Title = new(Markup.Escape(VisibleText.EscapeLine(title)));
        foreach (var column in columns)
            table.AddColumn(CreateColumn(column));
        return table;
    }

    public static void AddCells(this Table table, params IEnumerable<string> cells) =>
        table.AddRow(cells.Select(static cell => CreateCell(cell)));

    public static IRenderable CreateCell(string text, Style? style = null) =>
        new Text(VisibleText.EscapeLines(text.Replace("\r\n", "\n", StringComparison.Ordinal)).Replace('\t', ' '), style);

    public static void AddCaption(this Table table, string text) => table.Caption = new(Markup.Escape(VisibleText.EscapeLine(text)));

    /// <summary>Writes a table or a coloured text to stdout.</summary>
    public static void Write(IRenderable content) => CreateConsole(Console.Out).Write(content);

    /// <summary>Writes a value to stdout as one line of JSON.</summary>
    public static void WriteJson<T>(T value) => Out.WriteLine(JsonSerializer.Serialize(value, JsonSerializerOptions.Web));

    /// <summary>Clears the progress line on stderr, so that another line can be written in its place.</summary>
    public static void ClearProgress()
    {
        if (IsInteractive)
            Console.Error.Write(ClearLineSequence);
    }

    /// <summary>Clears the progress line before a log line that goes to stderr by another writer.</summary>
    public static void ClearProgress(TextWriter log) => log.Write(IsInteractive ? ClearLineSequence : "");

    /// <summary>Writes a line to stderr; on a terminal the next progress line overwrites it.</summary>
    /// <param name="isLast">Whether the line stays on the terminal.</param>
    public static void WriteProgress(string text, bool isLast = false)
    {
        var line = VisibleText.EscapeLine(text);
        if (IsInteractive)
            Console.Error.Write($"{ClearLineSequence}{Truncate(line)}{(isLast ? "\n" : "")}");
        else
            Console.Error.WriteLine(line);
    }

    internal static IAnsiConsole CreateConsole(TextWriter writer)
    {
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(writer) });
        if (Console.IsOutputRedirected)
            console.Profile.Width = RedirectedWidth;
        console.Pipeline.Attach(new EscapingRenderHook());
        return console;
    }

    /// <summary>
    /// Truncates a line to the width of the terminal, because a line that wraps cannot be overwritten. Some terminals report no width.
    /// </summary>
    private static string Truncate(string text)
    {
        var width = Console.IsOutputRedirected ? 0 : Console.WindowWidth;
        return width <= 1 || text.Length < width ? text : text[..(width - 1)];
    }

    private static TableColumn CreateColumn(string heading) =>
        heading.StartsWith('#') ? new TableColumn(CreateCell(heading[1..])).RightAligned() : new TableColumn(CreateCell(heading));

    /// <summary>Escapes all rendered text; only styles may write control sequences.</summary>
    private sealed class EscapingRenderHook : IRenderHook
    {
        public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
            renderables.Select(static renderable => new EscapedRenderable(renderable));
    }

    private sealed class EscapedRenderable(IRenderable content) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => content.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => content.Render(options, maxWidth).Select(Escape);

        private static Segment Escape(Segment segment) => segment.IsControlCode || segment.IsLineBreak
            ? segment
            : new Segment(VisibleText.EscapeLines(segment.Text), segment.Style);
    }
}
