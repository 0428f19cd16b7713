namespace StreamBert.CodeMetrics;

/// <summary>The files of a checkout that the measurements read.</summary>
/// <param name="Root">The folder of the checkout.</param>
internal sealed class Repository(string root)
{
    private static readonly string[] Skipped = ["bin", "obj", ".git", "corpus", "node_modules", "TestResults"];
    private static readonly string[] TextFiles =
        [".cs", ".razor", ".md", ".js", ".css", ".yml", ".yaml", ".json", ".csproj", ".props", ".targets", ".sh"];

    private IReadOnlyList<SourceFile>? _sources;

    public string Root => root;

    /// <summary>All C# and Razor files of services, shared and tests.</summary>
    public IReadOnlyList<SourceFile> Sources => _sources ??= [.. new[] { "shared", "services", "tests" }
        .SelectMany(top => Directory.EnumerateFiles(Path.Combine(root, top), "*.csproj", SearchOption.AllDirectories))
        .Where(IsKept)
        .Select(static project => Path.GetDirectoryName(project)!)
        .Order(StringComparer.Ordinal)
        .SelectMany(SourcesOf)];

    public IEnumerable<SourceFile> Product => Sources.Where(static file => file.IsProduct);

    /// <summary>Finds the checkout that contains a folder: the nearest parent with the solution file.</summary>
    /// <exception cref="DirectoryNotFoundException">No parent contains the solution file.</exception>
    public static Repository Containing(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "StreamBert.sln")))
                return new(at.FullName);
        }
        throw new DirectoryNotFoundException($"No folder above {folder} contains StreamBert.sln.");
    }

    /// <summary>The repository's own text files (sources, pages, configuration) with their relative paths.</summary>
    public IEnumerable<(string Path, string Text)> Texts() => Directory
        .EnumerateFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
        .Where(file => TextFiles.Contains(Path.GetExtension(file)) && IsKept(file))
        .Select(file => (Relative(file), File.ReadAllText(file)));

    private IEnumerable<SourceFile> SourcesOf(string project) => Directory
        .EnumerateFiles(project, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".cs" or ".razor" && IsKept(file))
        .Order(StringComparer.Ordinal)
        .Select(file => new SourceFile(
            Relative(file),
            Relative(project),
            Path.GetRelativePath(project, Path.GetDirectoryName(file)!).Replace('\\', '/') is var folder && folder == "." ? "" : folder,
            File.ReadAllText(file)));

    private string Relative(string file) => Path.GetRelativePath(root, file).Replace('\\', '/');

    private bool IsKept(string file) => !Relative(file).Split('/').Any(static part => Skipped.Contains(part));
}
