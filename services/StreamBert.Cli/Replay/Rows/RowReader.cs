using System.Diagnostics;
using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Replay.Requests;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Reading;

namespace StreamBert.Cli.Replay.Rows;

/// <summary>
/// Reads the text and the event time of rows, and the prediction where the pipeline takes predictions; faults name the file, row, column
/// and value.
/// </summary>
internal sealed class RowReader(ReplayOptions options)
{
    private static readonly Dictionary<string, byte[]> NoHeaders = [];

    /// <summary>The timestamp of a row while it is parsed; a prediction with it has no time of its own.</summary>
    private static readonly DateTimeOffset NoTime = DateTimeOffset.MinValue;

    public RowReading Read(Row row) => options.TakesPredictions ? ReadPrediction(row) : ReadText(row);

    /// <summary>Parses a row by the mapping of the pipeline, as Inference parses a record.</summary>
    private RowReading ReadPrediction(Row row)
    {
        if (row.Fault is { } unreadable)
            return new(null, null, new(unreadable.Reason, Locate(row, unreadable.Detail)));
        var record = new LogRecord(new(options.Pipeline.Inputs[0], 0, 0), null, row.Content.Raw, NoHeaders, NoTime);
        return RecordParser.Parse(record, options.Pipeline, options.FieldLimits) switch
        {
            { Rejection: { } fault } => new(null, null, fault with { Detail = Locate(row, fault.Detail) }),
            { Text: { } text } parsed => new(text.Text, text.OccurredAt == NoTime ? null : text.OccurredAt, null) { Prediction = parsed },
            _ => throw new UnreachableException(),
        };
    }

    private string Locate(Row row, string detail) => $"{options.FileName}, {row.Location}: {detail.TrimEnd('.')}.";

    private RowReading ReadText(Row row)
    {
        var (text, textFault) = row.GetRequired(options.TextColumn);
        var (time, timeFault) = row.Fields is not null && options.TimeColumn is { } column ? ReadTime(row, column) : (null, null);
        return (textFault ?? timeFault) is not { } fault
            ? new(text, time, null)
            : new(null, time, new(fault.Reason, Locate(row, fault.Detail)));
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
