using StreamBert.Cli.Errors;
using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Replay.Requests;
using StreamBert.Cli.Replay.Rows;
using StreamBert.Cli.Replay.Sorting;
using StreamBert.Streaming.Reading;

namespace StreamBert.Cli.Replay.Checking;

/// <summary>
/// Contains the result of reading a file once before any of it is replayed, so that a truncated file is refused as a whole.
/// </summary>
/// <param name="Order">The order in which the rows are to be replayed.</param>
/// <param name="Notices">Findings for the user, as sentences.</param>
internal sealed record FileCheck(long Rows, RowOrder Order, IReadOnlyList<string> Notices)
{
    /// <exception cref="CliException">
    /// The file cannot be read to its end, or it has no prediction although the pipeline takes predictions.
    /// </exception>
    /// <param name="onRow">Called for every row, to report progress.</param>
    public static FileCheck Run(ReplayOptions options, Action<Row> onRow, CancellationToken cancellation)
    {
        var (reader, attributes) = (new RowReader(options), new RowAttributes(options));
        var (outOfOrder, duplicates, invalid) = (new OutOfOrderRows(), new DuplicateIds(), new InvalidRowCounts());
        var (rows, noted, untimed, firstNote) = (0L, 0L, 0L, (string?)null);
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
            untimed += reading is { Prediction: not null, Time: null } ? 1 : 0;
            var id = reading.Prediction?.Text?.Id ?? row.GetOptional(options.IdColumn);
            if ((reading.Fault ?? CheckText(options, row, reading, attributes)) is { } fault)
                invalid.Add(fault);
            else if (id is not null)
                duplicates.Add(id, row);
        }
        if (options.TakesPredictions && invalid.Total == rows)
            throw HasNoPrediction(options, invalid.First);
        return new(
            rows,
            outOfOrder.MaxLateness > options.Pipeline.Monitor.AllowedLateness ? RowOrder.Time : RowOrder.File,
            [
                .. invalid.GetNotices(rows),
                .. noted > 0 ? [$"{noted:N0} rows were read differently from how they are written; the first: {firstNote}."] : (string[])[],
                .. untimed > 0 ? [$"{untimed:N0} predictions have no time in '{options.TimeColumn}' (Fields:OccurredAt)."] : (string[])[],
                .. attributes.LimitNotices,
                .. duplicates.GetNotices(options),
                .. outOfOrder.GetNotices(options),
            ]);
    }

    private static CliException HasNoPrediction(ReplayOptions options, string? fault) => new(
        $"No row of '{options.File.Path}' is a prediction by the mapping of the pipeline '{options.Pipeline.Name}' (Fields, Predictions). "
        + fault);

    /// <summary>Checks the limits of a text; a prediction is checked where it is parsed.</summary>
    private static Rejection? CheckText(ReplayOptions options, Row row, RowReading reading, RowAttributes attributes) =>
        reading.Prediction is not null ? null : RowRecordFactory.CheckLimits(
            options, row,
            RowRecordFactory.ToText(options, attributes, row, row.GetOptional(options.IdColumn) ?? "", reading, default));
}
