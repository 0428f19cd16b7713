namespace StreamBert.Tests;

/// <summary>Finds data that lie beside the project; tests that need them skip clearly where they are absent.</summary>
internal static class SharedData
{
    public static string Require(string path)
    {
        var found = Path.Combine(Root() ?? "", path);
        Assert.SkipUnless(Path.Exists(found), $"The data set {path} is not beside the project (../shared/data, or STREAMBERT_DATA).");
        return found;
    }

    private static string? Root()
    {
        if (Environment.GetEnvironmentVariable("STREAMBERT_DATA") is { Length: > 0 } set) return set;
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "StreamBert.sln"))) folder = folder.Parent;
        return folder?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", "data") : null;
    }
}
