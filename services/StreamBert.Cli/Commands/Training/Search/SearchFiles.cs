using System.Text.Json;
using StreamBert.Cli.Errors;
using StreamBert.Contracts;

namespace StreamBert.Cli.Commands.Training.Search;

/// <summary>
/// The files of a search beside its output directory: the results of the completed runs, and a package for the best of them.
/// </summary>
/// <param name="output">The output directory.</param>
internal sealed class SearchFiles(string output)
{
    private const string Suffix = ".search", Temporary = ".tmp";
    private const long MaxBytes = 16 * 1024 * 1024;
    private readonly string _output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));

    /// <summary>The file with the results.</summary>
    public string ResultFile => $"{_output}{Suffix}.json";

    /// <summary>Returns the output directory of a run.</summary>
    /// <param name="run">The number of the run, from 1.</param>
    public string GetDirectory(int run) => $"{_output}{Suffix}-{run}";

    /// <summary>Reads the results of an interrupted search.</summary>
    /// <exception cref="CliException">The file cannot be read.</exception>
    public List<SearchResult> Read()
    {
        if (!File.Exists(ResultFile))
            return [];
        try
        {
            return JsonSerializer.Deserialize<List<SearchResult>>(RegularFile.Text(ResultFile, MaxBytes), JsonSerializerOptions.Web)!;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{ResultFile}: {e.Message}", e);
        }
    }

    /// <summary>Writes the results under another name first, so that a kill at any time leaves a complete file.</summary>
    public void Write(IReadOnlyList<SearchResult> results)
    {
        File.WriteAllText(ResultFile + Temporary, JsonSerializer.Serialize(results, JsonSerializerOptions.Web));
        File.Move(ResultFile + Temporary, ResultFile, overwrite: true);
    }

    /// <summary>Deletes the package of a run, if there is one.</summary>
    public void Delete(int run)
    {
        if (Directory.Exists(GetDirectory(run)))
            Directory.Delete(GetDirectory(run), recursive: true);
    }

    /// <summary>Moves the package of the best run to the output directory, and deletes the results.</summary>
    public void Complete(int best)
    {
        if (Directory.Exists(_output))
            Directory.Delete(_output); // it is empty
        Directory.Move(GetDirectory(best), _output);
        File.Delete(ResultFile);
    }
}
