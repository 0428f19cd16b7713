namespace StreamBert.Tests.Fuzzing;

/// <summary>
/// The seeds of a target: files in <c>Fuzzing/corpus/TARGET</c>, valid ones, broken ones, and every input that once did harm.
/// </summary>
internal static class Corpus
{
    public static IReadOnlyList<(string Name, byte[] Content)> Of(string target) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Fuzzing", "corpus", target)).Order(StringComparer.Ordinal)
            .Select(static file => (Path.GetFileName(file), File.ReadAllBytes(file))),
    ];
}
