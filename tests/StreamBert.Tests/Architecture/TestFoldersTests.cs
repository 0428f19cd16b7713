using StreamBert.CodeMetrics;

namespace StreamBert.Tests.Architecture;

/// <summary>The folders of the tests mirror those of the sources.</summary>
[Collection(nameof(SourceTests))]
public sealed class TestFoldersTests
{
    // These test the whole product rather than one folder of it.
    private static readonly string[] Whole = ["Abuse", "Architecture", "Fuzzing", "Monitoring/Comparison"];

    [Fact]
    public void A_folder_of_tests_has_the_name_of_the_folder_it_tests()
    {
        var repository = Repository.Containing(AppContext.BaseDirectory);
        var sources = repository.Product.Select(Mirror).ToHashSet(StringComparer.Ordinal);
        var tests = repository.Sources.Where(static file => file.Project == "tests/StreamBert.Tests" && file.Folder.Length > 0);

        var unmatched = tests.Select(static file => file.Folder).Distinct()
            .Where(folder => !Whole.Any(whole => IsAtOrAbove(whole, folder)) && !sources.Any(source => IsAtOrAbove(folder, source)));

        Assert.Empty(unmatched);
    }

    // shared/StreamBert.Model with the folder Heads is mirrored by Model/Heads.
    private static string Mirror(SourceFile file) =>
        string.Join('/', new[] { file.Project[(file.Project.LastIndexOf('.') + 1)..], file.Folder }.Where(static part => part.Length > 0));

    private static bool IsAtOrAbove(string folder, string source) =>
        source == folder || source.StartsWith(folder + "/", StringComparison.Ordinal);
}
