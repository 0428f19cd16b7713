using StreamBert.Cli.Files;
using StreamBert.Contracts;
using StreamBert.Streaming.Reading;

namespace StreamBert.Cli.Replay;

/// <summary>What a row says by the columns of a replay: its text and its event time, or why it is no text.</summary>
/// <param name="Time">Null where it cannot be read, and where no column holds it.</param>
internal readonly record struct RowReading(string? Text, DateTimeOffset? Time, Rejection? Fault);

/// <summary>Reads rows by the columns of a replay; the faults name file, row, column and value.</summary>
internal sealed class RowReader(ReplayOptions options)
{
    public RowReading Read(Row row)
    {
        var (text, fault) = row.Require(options.TextColumn);
        var (time, timeFault) = row.Fields is not null && options.TimeColumn is { } column ? Time(row, column) : (null, null);
        return (fault ?? timeFault) is not { } first ? new(text, time, null)
            : new(null, time, new(first.Reason, $"{options.Name}, {row.Place}: {first.Detail.TrimEnd('.')}."));
    }

    private (DateTimeOffset? Time, RowFault? Fault) Time(Row row, string column)
    {
        if (!row.Fields!.TryGetValue(column, out var cell))
            return (null, new(DeadLetterReasons.BadField, $"there is no '{column}' in it, which holds the time"));
        if (cell.Value is null)
            return (null, new(DeadLetterReasons.BadField, $"the time in '{column}' is null"));
        return EventTimeParser.TryParse(cell.Value, options.TimeFormat, out var time, out var fault)
            ? (time, null)
            : (null, new(DeadLetterReasons.BadField, Unread(column, fault)));
    }

    private string Unread(string column, string fault) => options.Pipeline.Privacy.PerSubjectKeys
        ? $"the time in '{column}' cannot be read; it is not shown, since the pipeline seals what it stores"
        : $"the time in '{column}' cannot be read: {fault} {(options.TimeFormat is null ? "If all times have one form of their own, say it with --time-format." : "(--time-format)")}";
}
