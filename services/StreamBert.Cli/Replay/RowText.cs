using System.Globalization;
using System.Text;
using StreamBert.Cli.Files;
using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Reading;

namespace StreamBert.Cli.Replay;

/// <summary>
/// A file's row as a record of the pipeline's input topic. A row that is no text goes in as it is, with the reason in a header: the worker
/// dead-letters it with that reason, and reads it under no other names.
/// </summary>
internal sealed class RowText(ReplayOptions options, string hash, PrivacyFilter guard)
{
    private readonly RowReader _reader = new(options);
    private readonly RowAttributes _attributes = new(options);

    /// <returns>The row's subject, and the record, not yet sealed.</returns>
    public (string? Subject, NewRecord Record) Record(Row row, int run, DateTimeOffset now)
    {
        var (id, subject, reading) = (Id(row, run), row.Find(options.SubjectColumn), _reader.Read(row));
        var (record, fault) = reading.Fault is { } unread
            ? (null, unread)
            : Readable(row, Event(options, _attributes, row, id, reading, now));
        record ??= Faulty(row, guard.KeyFor(options.Pipeline, subject, id), fault!, now);
        return (subject, record with
        {
            Headers = new Dictionary<string, byte[]>(record.Headers)
            {
                [RecordHeaders.ReplayRow] = Encoding.UTF8.GetBytes(guard.RedactText(options.Pipeline.Name, $"{options.Name}:{row.Number}"))
            },
        });
    }

    /// <summary>A row as a text, not yet redacted.</summary>
    public static TextReceived Event(
        ReplayOptions options,
        RowAttributes attributes,
        Row row,
        string id,
        RowReading reading,
        DateTimeOffset now) => new()
        {
            Id = id,
            Text = reading.Text!,
            Source = options.Name,
            Subject = row.Find(options.SubjectColumn),
            OccurredAt = reading.Time ?? now,
            Attributes = attributes.Of(row),
            Notes = row.Content.Note is { } note ? [note] : null,
        };

    /// <summary>The first column of a row that is over its limit, as the rejection of the row; null if none is.</summary>
    public static Rejection? TooLarge(ReplayOptions options, Row row, TextReceived text) =>
        options.FieldLimits.Validate(text, options.Columns, options.Pipeline.MaxTextBytes) is { } fault
            ? new(fault.Code, $"{options.Name}, {row.Place}: {fault.Detail}") { Field = fault.Field } : null;

    /// <summary>The record of a row that workers will take, as it is and as it would be written; else why they would not.</summary>
    private (NewRecord? Record, Rejection? Fault) Readable(Row row, TextReceived text)
    {
        if (TooLarge(options, row, text) is { } fault)
            return (null, fault);
        var record = guard.ToRecord(options.Pipeline, guard.RedactForLog(options.Pipeline, text));
        return RecordParser.Validate(record, options.Pipeline, options.FieldLimits) is { } rejection
            ? (null, rejection with { Detail = $"{options.Name}, {row.Place}: {rejection.Detail}" }) : (record, null);
    }

    private NewRecord Faulty(Row row, byte[] key, Rejection fault, DateTimeOffset now)
    {
        var raw = guard.RedactBytes(options.Pipeline.Name, row.Content.Raw)!;
        var kept = raw.Length <= options.FieldLimits.RecordBytes ? raw : raw[..options.FieldLimits.RecordBytes];
        var detail = guard.RedactText(options.Pipeline.Name, fault.Detail)
            + (kept.Length < raw.Length
                ? $" Of the row's {raw.Length:N0} bytes the first {kept.Length:N0} are kept; the rest stands in the file."
                : "");
        if (key.Length > options.FieldLimits.IdBytes)
            key = Encoding.UTF8.GetBytes(Excerpt.Quote(Encoding.UTF8.GetString(key), options.FieldLimits.IdBytes));
        return new(options.Pipeline.Inputs[0], key, kept, now)
        {
            Headers = new Dictionary<string, byte[]> { [RecordHeaders.ReplayFault] = (fault with { Detail = detail }).ToHeader() },
        };
    }

    /// <summary>The same row of the same run has the same id, whenever it is fed.</summary>
    private string Id(Row row, int run)
        => row.Find(options.IdColumn) ?? string.Create(CultureInfo.InvariantCulture, $"{hash}-{options.Pipeline.Name}-{run}-{row.Number}");
}
