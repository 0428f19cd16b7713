namespace StreamBert.Cli.CommandLine;

/// <summary>Locates the model package that ships with the program.</summary>
internal static class DefaultModel
{
    public static string Directory => Path.Combine(AppContext.BaseDirectory, "models", "default");

    public static string VocabularyFile => Path.Combine(Directory, "vocab.txt");
}
