using StreamBert.Cli.Errors;

namespace StreamBert.Cli.CommandLine;

/// <summary>Locates the model package that ships with the program.</summary>
internal static class DefaultModel
{
    public static string Directory => DirectoryOf("default");

    private static string Root => Path.Combine(AppContext.BaseDirectory, "models");

    public static string VocabularyFile => Path.Combine(Directory, "vocab.txt");

    /// <summary>Returns the directory in which a model of a name ships, whether it does or not.</summary>
    public static string DirectoryOf(string model) => Path.Combine(Root, model);

    /// <summary>Returns the directory of a model that an option names: a directory, or a model that ships with the program.</summary>
    /// <exception cref="CliException">There is neither.</exception>
    public static string Find(string value, string option)
    {
        if (System.IO.Directory.Exists(value))
            return value;
        return ListNames().Contains(value) ? DirectoryOf(value) : throw new CliException(
            $"There is no directory '{value}' and no shipped model of this name ({option}); give a directory with config.json and "
            + $"model.safetensors, or one of: {string.Join(", ", ListNames())}.");
    }

    /// <summary>Returns the names of the models that ship with the program.</summary>
    public static IEnumerable<string> ListNames() => !System.IO.Directory.Exists(Root) ? []
        : System.IO.Directory.EnumerateDirectories(Root).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
