using StreamBert.Privacy.Keys;
using StreamBert.Tests.Privacy;
using StreamBert.Training.Datasets.Stored;

namespace StreamBert.Tests.Training.Datasets.Stored;

public sealed class DatasetStoreTests : IDisposable
{
    private static readonly HashSet<Guid> NoKeys = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streambert-datasets-");
    private readonly SubjectKeys _keys;
    private readonly DatasetStore _store;

    public DatasetStoreTests()
    {
        _keys = TestKeys.In(Path.Combine(_folder.FullName, "keys"));
        _store = new(Path.Combine(_folder.FullName, "datasets"), _keys);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Equal_rows_have_one_hash_in_any_order_and_other_rows_another()
    {
        Assert.Equal(DatasetStore.HashRows([Row("a"), Row("b")]), DatasetStore.HashRows([Row("b"), Row("a")]));
        Assert.NotEqual(DatasetStore.HashRows([Row("a")]), DatasetStore.HashRows([Row("a") with { Label = "negative" }]));
    }

    [Fact]
    public void A_data_set_is_read_as_it_was_written_and_lists_every_version_trained_on_it()
    {
        var manifest = Write("default-v2", Row("Öl – 油"), Row("b"));
        Write("default-v3", Row("Öl – 油"), Row("b"));

        var stored = Assert.Single(_store.List());
        Assert.Equal((manifest.Hash, 2), (stored.Hash, stored.Training));
        Assert.Equal(["default-v2", "default-v3"], stored.Versions);
        Assert.Equal(["Öl – 油", "b"], _store.ReadRows(stored.Hash).Select(static row => row.Text));
        Assert.Equal(stored.Hash, _store.Find(stored.Hash[..8].ToUpperInvariant())?.Hash);
        Assert.Null(_store.Find("x"));
    }

    [Fact]
    public void The_text_of_a_subject_is_sealed_on_disk_and_unreadable_after_its_erasure()
    {
        var row = Row("Anna is ill");
        var manifest = Manifest(row);
        _store.Write(manifest, [(row, "anna"), (Row("b"), null)], "default-v2", NoKeys);
        Assert.All(
            Directory.EnumerateFiles(_folder.FullName, "*.json*", SearchOption.AllDirectories),
            static file => Assert.DoesNotContain("Anna", File.ReadAllText(file), StringComparison.Ordinal));
        Assert.Equal(["Anna is ill", "b"], _store.ReadRows(manifest.Hash).Select(static read => read.Text));

        _keys.Erase("anna", TrainingBench.Start);

        var rows = _store.ReadRows(manifest.Hash);
        Assert.Equal([null, "b"], rows.Select(static read => read.Text));
        Assert.Null(rows[0].Sealed);
    }

    [Fact]
    public void A_data_set_is_removed_with_the_last_version_that_was_trained_on_it()
    {
        Write("default-v2", Row("a"));
        Write("default-v3", Row("b"));

        _store.RemoveUnused("default", new HashSet<string> { "default-v3" });

        Assert.Equal(["default-v3"], Assert.Single(_store.List()).Versions);
    }

    [Fact]
    public void The_difference_of_two_data_sets_names_what_was_added_removed_relabelled_and_moved()
    {
        var difference = DatasetDifference.Between(
            [Row("a"), Row("b"), Row("c"), Row("e") with { Text = null }],
            [Row("b") with { Label = "negative" }, Row("c") with { Part = StoredLabel.EvaluationPart }, Row("d")]);

        Assert.Equal("d", Assert.Single(difference.Added).Text);
        Assert.Equal("a", Assert.Single(difference.Removed).Text);
        Assert.Equal("negative", Assert.Single(difference.Relabelled).Second.Label);
        Assert.Equal("c", Assert.Single(difference.Moved).First.Text);
        Assert.Equal(1, difference.Unreadable);
    }

    private DatasetManifest Write(string version, params IReadOnlyList<StoredLabel> rows)
    {
        var manifest = Manifest([.. rows]);
        _store.Write(manifest, [.. rows.Select(static row => (row, (string?)null))], version, NoKeys);
        return manifest;
    }

    private static DatasetManifest Manifest(params IReadOnlyList<StoredLabel> rows) => new()
    {
        Hash = DatasetStore.HashRows(rows),
        Model = "default",
        Parent = "default-v1",
        CreatedAt = TrainingBench.Start,
        Training = rows.Count,
        Evaluation = 0,
        Labels = new Dictionary<string, IReadOnlyDictionary<string, int>>(),
        Annotators = new Dictionary<string, int>(),
        Excluded = new Dictionary<string, int>(),
        Agreement = [],
    };

    private static StoredLabel Row(string text) => new()
    {
        Text = text,
        Head = "sentiment",
        Label = "neutral",
        Annotators = ["anna"],
        Pipeline = "news",
        OccurredAt = TrainingBench.Start,
        Group = 0,
        Part = StoredLabel.TrainingPart,
    };
}
