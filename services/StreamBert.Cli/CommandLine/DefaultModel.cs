namespace StreamBert.Cli.CommandLine;

/// <summary>Locates the model package that ships with the program.</summary>
internal static class DefaultModel
{
    public static string Directory => DirectoryOf("default");

    public static string VocabularyFile => Path.Combine(Directory, "vocab.txt");

    /// <summary>Returns the directory in which a model of a name ships, whether it does or not.</summary>
    public static string DirectoryOf(string model) => Path.Combine(AppContext.BaseDirectory, "models", model);
}
