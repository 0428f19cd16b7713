using System.CommandLine;
using System.Text.RegularExpressions;
using StreamBert.Cli.Errors;

namespace StreamBert.Cli.CommandLine;

/// <summary>Provides the option that states the languages of a model.</summary>
internal static partial class LanguagesOption
{
    public static Option<string?> Create(string absent) => new("--languages")
    {
        Description = "Languages that the model is trained on, such as en,de: texts in others are reported as foreign. " + absent,
    };

    /// <returns>The languages; none if the option is not given.</returns>
    /// <exception cref="CliException">A language is not a language tag.</exception>
    public static IReadOnlyList<string> Read(ParseResult parsed, Option<string?> option)
    {
        var languages = parsed.GetValue(option)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        return Array.Find(languages, static language => !Tag().IsMatch(language)) is { } invalid
            ? throw new CliException($"'{invalid}' ({option.Name}) is no language; give codes such as en,de or zh.")
            : languages;
    }

    [GeneratedRegex("^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")]
    private static partial Regex Tag();
}
