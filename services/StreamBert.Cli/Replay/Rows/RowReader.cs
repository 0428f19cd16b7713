using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Replay.Requests;
using StreamBert.Contracts;

namespace StreamBert.Cli.Replay.Rows;

/// <summary>Reads the text and the event time of rows; faults name the file, row, column and value.</summary>
internal sealed class RowReader(ReplayOptions options)
{
    public RowReading Read(Row row)
    {
        var (text, textFault) = row.GetRequired(options.TextColumn);
        var (time, timeFault) = row.Fields is not null && options.TimeColumn is { } column ? ReadTime(row, column) : (null, null);
        return (textFault ?? timeFault) is not { } fault
            ? new(text, time, null)
            : new(null, time, new(fault.Reason, $"{options.FileName}, {row.Location}: {fault.Detail.TrimEnd('.')}."));
    }

    private (DateTimeOffset? Time, RowFault? Fault) ReadTime(Row row, string column)
    {
        if (!row.Fields!.TryGetValue(column, out var cell))
            return (null, new(DeadLetterReasons.BadField, $"it has no time in '{column}'"));
        if (cell.Value is null)
            return (null, new(DeadLetterReasons.BadField, $"the time in '{column}' is null"));
        return EventTimeParser.TryParse(cell.Value, options.TimeFormat, out var time, out var fault)
            ? (time, null)
            : (null, new(DeadLetterReasons.BadField, DescribeInvalidTime(column, fault)));
    }

    private string DescribeInvalidTime(string column, string fault)
    {
        if (options.Pipeline.Privacy.PerSubjectKeys)
            return $"the time in '{column}' cannot be read; it is not shown, because the pipeline encrypts what it stores";
        var hint = options.TimeFormat is null ? "If all times have one other format, give it with --time-format." : "(--time-format)";
        return $"the time in '{column}' cannot be read: {fault} {hint}";
    }
}
