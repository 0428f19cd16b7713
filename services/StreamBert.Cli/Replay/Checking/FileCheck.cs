using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Replay.Requests;
using StreamBert.Cli.Replay.Rows;
using StreamBert.Cli.Replay.Sorting;

namespace StreamBert.Cli.Replay.Checking;

/// <summary>
/// Contains the result of reading a file once before any of it is replayed, so that a truncated file is refused as a whole.
/// </summary>
/// <param name="Order">The order in which the rows are to be replayed.</param>
/// <param name="Notices">Findings for the user, as sentences.</param>
internal sealed record FileCheck(long Rows, RowOrder Order, IReadOnlyList<string> Notices)
{
    /// <param name="onRow">Called for every row, to report progress.</param>
    public static FileCheck Run(ReplayOptions options, Action<Row> onRow, CancellationToken cancellation)
    {
        var (reader, attributes) = (new RowReader(options), new RowAttributes(options));
        var (outOfOrder, duplicates, invalid) = (new OutOfOrderRows(), new DuplicateIds(), new InvalidRowCounts());
        var (rows, noted, firstNote) = (0L, 0L, (string?)null);
        foreach (var row in options.File.ReadRows())
        {
            cancellation.ThrowIfCancellationRequested();
            onRow(row);
            rows++;
            var reading = reader.Read(row);
            if (reading.Time is { } time)
                outOfOrder.Add(time);
            if (row.Content.Note is { } note)
                (noted, firstNote) = (noted + 1, firstNote ?? $"{row.Location}: {note}");
            var id = row.GetOptional(options.IdColumn);
            var fault = reading.Fault ?? RowRecordFactory.CheckLimits(
                options, row, RowRecordFactory.ToText(options, attributes, row, id ?? "", reading, default));
            if (fault is not null)
                invalid.Add(fault);
            else if (id is not null)
                duplicates.Add(id, row);
        }
        return new(
            rows,
            outOfOrder.MaxLateness > options.Pipeline.Monitor.AllowedLateness ? RowOrder.Time : RowOrder.File,
            [
                .. invalid.GetNotices(rows),
                .. noted > 0 ? [$"{noted:N0} rows were read differently from how they are written; the first: {firstNote}."] : (string[])[],
                .. attributes.LimitNotices,
                .. duplicates.GetNotices(options),
                .. outOfOrder.GetNotices(options),
            ]);
    }
}
