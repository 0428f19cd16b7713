namespace StreamBert.Cli.CommandLine;

/// <summary>Locates the model package that ships with the program.</summary>
internal static class DefaultModel
{
    public static string Directory => DirectoryOf("default");

    private static string Root => Path.Combine(AppContext.BaseDirectory, "models");

    public static string VocabularyFile => Path.Combine(Directory, "vocab.txt");

    /// <summary>Returns the directory in which a model of a name ships, whether it does or not.</summary>
    public static string DirectoryOf(string model) => Path.Combine(Root, model);

    /// <summary>Returns the names of the models that ship with the program.</summary>
    public static IEnumerable<string> ListNames() => !System.IO.Directory.Exists(Root) ? []
        : System.IO.Directory.EnumerateDirectories(Root).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
