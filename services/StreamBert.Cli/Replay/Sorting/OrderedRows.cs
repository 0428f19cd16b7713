using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Replay.Requests;
using StreamBert.Cli.Replay.Rows;

namespace StreamBert.Cli.Replay.Sorting;

/// <summary>Reads the rows of a file in the order in which they are replayed.</summary>
internal static class OrderedRows
{
    /// <param name="options">The file.</param>
    /// <param name="order">The order that the check of the file found.</param>
    /// <param name="sorter">Sorts the rows if they are out of order; a row without a readable time stays after the row before it.</param>
    /// <param name="cancellation">Cancels the sorting.</param>
    public static IEnumerable<Row> Read(ReplayOptions options, RowOrder order, EventTimeSorter sorter, CancellationToken cancellation)
    {
        if (order == RowOrder.File)
            return options.File.ReadRows();
        Sort(options, sorter, static _ => { }, cancellation);
        return sorter.ReadSorted();
    }

    /// <summary>Adds all rows to a sorter; a row without a readable time stays after the row before it.</summary>
    /// <param name="options">The file.</param>
    /// <param name="sorter">Receives the rows.</param>
    /// <param name="onRow">Receives each row before it is added.</param>
    /// <param name="cancellation">Cancels the sorting.</param>
    public static void Sort(ReplayOptions options, EventTimeSorter sorter, Action<Row> onRow, CancellationToken cancellation)
    {
        var (reader, last) = (new RowReader(options), DateTimeOffset.MinValue);
        foreach (var row in options.File.ReadRows())
        {
            cancellation.ThrowIfCancellationRequested();
            onRow(row);
            last = reader.Read(row).Time ?? last;
            sorter.Add(row, last);
        }
    }
}
