using CsCheck;
using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Replay.Sorting;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Replay.Sorting;

public sealed class EventTimeSorterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_are_sorted_by_time_and_rows_with_equal_times_keep_their_order() =>
        Gen.Select(Gen.Int[0, 20], Gen.String).List[0, 400].Sample(rows =>
        {
            using var sorter = new EventTimeSorter(_folder["sort"], memoryBytes: 2_000); // dozens of files

            for (var at = 0; at < rows.Count; at++)
                sorter.Add(Row(at + 1, rows[at].Item2), DateTimeOffset.UnixEpoch.AddSeconds(rows[at].Item1));

            var sorted = sorter.ReadSorted().ToList();
            Assert.Equal(
                rows.Select(static (row, at) => (row.Item1, at)).Order().Select(static row => (long)row.at + 1),
                sorted.Select(static row => row.Number));
            Assert.All(sorted, row => Assert.Equal(rows[(int)row.Number - 1].Item2, row.Fields!["text"].Value));
        }, iter: 50, threads: 1);

    [Fact]
    public void Faults_notes_nulls_and_arrays_are_restored_from_disk()
    {
        using var sorter = new EventTimeSorter(_folder["sort"], memoryBytes: 1);
        sorter.Add(new(2, new(5, [1, 2], null, new("bad-row", "broken")), 77), DateTimeOffset.UnixEpoch.AddSeconds(1));
        sorter.Add(new(
            1,
            new(3, [9], new Dictionary<string, Cell> { ["a"] = new(null), ["b"] = new("[1]", IsArray: true) }, null) { Note = "noted" },
            70), DateTimeOffset.UnixEpoch);

        var sorted = sorter.ReadSorted().ToList();

        Assert.Equal(("noted", 3, 70), (sorted[0].Content.Note, sorted[0].Content.Line, sorted[0].Position));
        Assert.Equal(
            [("a", new(null)), ("b", new Cell("[1]", IsArray: true))],
            sorted[0].Fields!.Select(static field => (field.Key, field.Value)));
        Assert.Equal(new("bad-row", "broken"), sorted[1].Fault);
        Assert.Equal([1, 2], sorted[1].Content.Raw);
    }

    [Fact]
    public void Temporary_files_are_deleted_and_those_of_a_killed_process_are_not_read()
    {
        Directory.CreateDirectory(_folder["sort"]);
        File.WriteAllText(Path.Combine(_folder["sort"], "0"), "left by another");
        using (var sorter = new EventTimeSorter(_folder["sort"], memoryBytes: 1))
        {
            sorter.Add(Row(1, "only"), DateTimeOffset.UnixEpoch);
            Assert.Equal("only", Assert.Single(sorter.ReadSorted()).Fields!["text"].Value);
        }

        Assert.False(Directory.Exists(_folder["sort"]));
    }

    [Fact]
    public void Temporary_files_are_encrypted()
    {
        using var sorter = new EventTimeSorter(_folder["sort"], memoryBytes: 1);

        sorter.Add(Row(1, "quokka"), DateTimeOffset.UnixEpoch);

        Assert.All(
            Directory.EnumerateFiles(_folder["sort"]),
            static file => Assert.DoesNotContain("quokka", File.ReadAllText(file), StringComparison.Ordinal));
        Assert.Single(Directory.EnumerateFiles(_folder["sort"]));
    }

    private static Row Row(long number, string text)
        => new(number, new(number + 1, [], new Dictionary<string, Cell> { ["text"] = new(text) }, null), number);
}
