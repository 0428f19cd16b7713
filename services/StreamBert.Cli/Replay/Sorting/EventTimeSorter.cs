using StreamBert.Cli.Files.Rows;

namespace StreamBert.Cli.Replay.Sorting;

/// <summary>Sorts rows by event time in bounded memory (external merge sort). Rows with equal times keep their order.</summary>
internal sealed class EventTimeSorter(string directory, int memoryBytes = EventTimeSorter.DefaultMemoryBytes) : IDisposable
{
    public const int DefaultMemoryBytes = 64 * 1024 * 1024;

    /// <summary>The most files that are open at a time; more are merged into one first.</summary>
    private const int MaxFiles = 128;

    /// <summary>The memory of a row besides its bytes.</summary>
    private const int RowOverheadBytes = 64;

    private readonly SortedRunFiles _runs = new();
    private readonly List<string> _files = [];
    private List<SortedRow> _rows = [];
    private long _bytes;
    private int _fileNumber;

    /// <summary>The number of rows added.</summary>
    public long Count { get; private set; }

    public void Add(Row row, DateTimeOffset time)
    {
        var sorted = SortedRow.Create(row, time);
        _rows.Add(sorted);
        Count++;
        _bytes += sorted.Bytes.Length + RowOverheadBytes;
        if (_bytes > memoryBytes)
            Spill();
    }

    /// <summary>Returns the rows in the order of their times; can be called once.</summary>
    public IEnumerable<Row> ReadSorted()
    {
        if (_files.Count > 0 && _rows.Count > 0)
            Spill();
        foreach (var row in _files.Count == 0 ? SortInMemory() : _runs.Merge(_files))
            yield return row.ToRow();
    }

    public void Dispose()
    {
        DeleteFiles();
        _runs.Dispose();
    }

    private void DeleteFiles()
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }

    private List<SortedRow> SortInMemory()
    {
        _rows.Sort();
        return _rows;
    }

    private void Spill()
    {
        if (_files.Count == 0)
            PrepareDirectory();
        var file = WriteFile(SortInMemory());
        (_rows, _bytes) = ([], 0);
        _files.Add(file);
        if (_files.Count < MaxFiles)
            return;
        var merged = WriteFile(_runs.Merge(_files));
        _files.ForEach(File.Delete);
        _files.Clear();
        _files.Add(merged);
    }

    /// <summary>Creates the directory, and deletes files that a killed process left there.</summary>
    private void PrepareDirectory()
    {
        DeleteFiles();
        Directory.CreateDirectory(directory);
    }

    private string WriteFile(IEnumerable<SortedRow> rows)
    {
        var path = Path.Combine(directory, $"{_fileNumber++}");
        _runs.Write(path, rows);
        return path;
    }
}
