using System.Text.RegularExpressions;

namespace StreamBert.Tests.Architecture.Settings;

/// <summary>Reads the tables of docs/settings.md.</summary>
internal static partial class SettingsPage
{
    public static string Path { get; } = System.IO.Path.Combine(FindRepository(), "docs", "settings.md");

    /// <summary>The rows that describe settings: those with a configuration key and an environment variable.</summary>
    public static IReadOnlyList<SettingsRow> Rows { get; } =
    [
        .. ReadCells().Where(static cells => cells.Length == 5 && cells[0].Contains(':', StringComparison.Ordinal))
            .Select(static cells => new SettingsRow(Code(cells[0]), Code(cells[1]), cells[2], cells[3], Code(cells[4]))),
    ];

    /// <summary>The rows that describe command-line options.</summary>
    public static IReadOnlyDictionary<string, string> CommandLineDefaults { get; } =
        ReadCells().Where(static cells => cells.Length == 3 && cells[0].StartsWith("`--", StringComparison.Ordinal))
            .ToDictionary(static cells => Code(cells[0]), static cells => Code(cells[1]));

    public static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "StreamBert.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not below the repository.");
    }

    private static IEnumerable<string[]> ReadCells() => File.ReadLines(Path)
        .Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(static line => CellBorder().Split(line.Trim().Trim('|')).Select(static cell => cell.Trim()).ToArray());

    private static string Code(string cell) => cell.Trim('`');

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellBorder();
}
