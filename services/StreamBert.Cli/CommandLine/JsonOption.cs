using System.CommandLine;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.CommandLine;

/// <summary>
/// Provides the option <c>--json</c>, with which stdout has one JSON document, or one a line for results that arrive one by one; all else
/// is on stderr.
/// </summary>
internal static class JsonOption
{
    public static Option<bool> Create(string description = "Print JSON.") => new("--json") { Description = description };

    /// <summary>Writes a result as JSON if the option is given, else as text.</summary>
    public static void Write<T>(this ParseResult parsed, Option<bool> json, T result, Action<T> writeText)
    {
        if (parsed.GetValue(json))
            Terminal.WriteJson(result);
        else
            writeText(result);
    }
}
