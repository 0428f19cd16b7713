using System.Text.RegularExpressions;

namespace StreamBert.Cli.Settings.Catalog;

/// <summary>Reads what each setting means from the page of settings, docs/settings.md, which is part of the program.</summary>
internal static partial class SettingMeanings
{
    private const string Page = "settings.md";

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Meanings = new(static () => ReadPage().ToDictionary());

    /// <returns>The meaning as plain text; empty for a setting that the page does not describe.</returns>
    public static string Of(SettingDefinition setting) => Meanings.Value.GetValueOrDefault(setting.Key, "");

    private static IEnumerable<KeyValuePair<string, string>> ReadPage()
    {
        using var page = typeof(SettingMeanings).Assembly.GetManifestResourceStream(typeof(SettingMeanings), Page)!;
        using var reader = new StreamReader(page);
        while (reader.ReadLine() is { } line)
        {
            if (CellBorder().Split(line.Trim().Trim('|')) is [var key, _, _, var meaning, _] && key.Contains(':', StringComparison.Ordinal))
                yield return new(Plain(key), Plain(meaning));
        }
    }

    private static string Plain(string cell) =>
        Link().Replace(cell, "$1").Replace("`", "", StringComparison.Ordinal).Replace("\\|", "|", StringComparison.Ordinal).Trim();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellBorder();

    [GeneratedRegex(@"\[([^\]]+)\]\([^)]+\)")]
    private static partial Regex Link();
}
