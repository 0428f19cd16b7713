using StreamBert.Cli.Errors;
using StreamBert.Cli.Replay.Progress;
using StreamBert.Cli.Replay.Requests;

namespace StreamBert.Cli.Replay;

/// <summary>Checks whether an interrupted replay of a file can be resumed with the given options.</summary>
/// <param name="fingerprint">The options as they are stored: names of files and columns may contain personal data and are redacted.</param>
internal sealed class ReplayResumption(ReplayOptions options, IReadOnlyDictionary<string, string> fingerprint)
{
    /// <exception cref="CliException">The options would produce other records than those already appended.</exception>
    public void RequireSameOptions(ReplayProgress interrupted)
    {
        var differences = FindDifferences(interrupted).ToList();
        if (differences.Count > 0)
        {
            throw new CliException(
                $"A replay of '{options.FileName}' was interrupted after {interrupted.Row:N0} rows, and its options differ: "
                + $"{string.Join("; ", differences)}. Give the same options to resume it, or --restart to start at the first row "
                + "(the texts already appended stay).");
        }
    }

    private IEnumerable<string> FindDifferences(ReplayProgress interrupted)
    {
        if (interrupted.Pipeline != options.Pipeline.Name)
            return [$"--pipeline was {interrupted.Pipeline} and is {options.Pipeline.Name}"];
        if (interrupted.Options is not { } before)
            return ["it was started by an earlier version"];
        return fingerprint.Where(option => before.GetValueOrDefault(option.Key) != option.Value)
            .Select(option => $"{option.Key} was {Display(before.GetValueOrDefault(option.Key))} and is {Display(option.Value)}");
    }

    private static string Display(string? value) => string.IsNullOrEmpty(value) ? "not given" : $"'{value}'";
}
