using System.Text.RegularExpressions;

namespace StreamBert.CodeMetrics;

/// <summary>Finds analyzer rules that are disabled, in the settings of the repository and in its sources.</summary>
internal static partial class AnalyzerRules
{
    /// <summary>
    /// Rules of <c>.editorconfig</c> below severity <c>warning</c>, <c>NoWarn</c> in projects, and suppressions in the product's sources.
    /// </summary>
    public static IEnumerable<string> Disabled(Repository repository)
    {
        var settings = Setting().Matches(File.ReadAllText(Path.Combine(repository.Root, ".editorconfig")))
            .Select(static match => $".editorconfig: {match.Groups[1].Value}");
        var projects = repository.Texts().Where(static file => Path.GetExtension(file.Path) is ".csproj" or ".props" or ".targets")
            .SelectMany(static file => NoWarn().Matches(file.Text).Select(match => $"{file.Path}: {match.Groups[1].Value}"));
        var sources = repository.Product
            .SelectMany(static file => Suppression().Matches(file.Text).Select(match => $"{file.Path}: {match.Groups[1].Value}"));
        return settings.Concat(projects).Concat(sources);
    }

    [GeneratedRegex(@"^dotnet_diagnostic\.(\w+)\.severity\s*=\s*(?:none|silent|suggestion)\s*$", RegexOptions.Multiline)]
    private static partial Regex Setting();

    [GeneratedRegex(@"<NoWarn>(?:\$\(NoWarn\);)?([^<]+)</NoWarn>")]
    private static partial Regex NoWarn();

    [GeneratedRegex(@"#pragma warning disable (\w+)")]
    private static partial Regex Suppression();
}
