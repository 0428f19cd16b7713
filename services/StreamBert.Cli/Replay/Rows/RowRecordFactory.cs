using System.Globalization;
using System.Text;
using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Replay.Requests;
using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Reading;

namespace StreamBert.Cli.Replay.Rows;

/// <summary>
/// Converts rows of a file into records of the pipeline's input topic. An invalid row is appended unchanged with the reason in a header:
/// the worker dead-letters it with that reason and does not try to read it by the field mapping.
/// </summary>
internal sealed class RowRecordFactory(ReplayOptions options, string fileHash, PrivacyFilter guard)
{
    private readonly RowReader _reader = new(options);
    private readonly RowAttributes _attributes = new(options);

    /// <returns>The subject of the row, and the record, not yet encrypted.</returns>
    public (string? Subject, NewRecord Record) Create(Row row, int run, DateTimeOffset now)
    {
        var reading = _reader.Read(row);
        var predicted = reading.Prediction?.Text;
        var (id, subject) = (predicted?.Id ?? GetId(row, run), predicted?.Subject ?? row.GetOptional(options.SubjectColumn));
        var (record, fault) = (reading.Fault, predicted) switch
        {
            ({ } unreadable, _) => (null, unreadable),
            (_, { } prediction) => CreatePrediction(row, prediction with { OccurredAt = reading.Time ?? now }),
            _ => CreateText(row, ToText(options, _attributes, row, id, reading, now)),
        };
        record ??= CreateInvalid(row, guard.KeyFor(options.Pipeline, subject, id), fault!, now);
        var location = guard.RedactText(options.Pipeline.Name, $"{options.FileName}:{row.Number}");
        return (subject, record with
        {
            Headers = new Dictionary<string, byte[]>(record.Headers) { [RecordHeaders.ReplayRow] = Encoding.UTF8.GetBytes(location) },
        });
    }

    /// <summary>Converts a row into a text that is not yet redacted.</summary>
    public static TextReceived ToText(
        ReplayOptions options, RowAttributes attributes, Row row, string id, RowReading reading, DateTimeOffset now) => new()
        {
            Id = id,
            Text = reading.Text!,
            Source = options.FileName,
            Subject = row.GetOptional(options.SubjectColumn),
            OccurredAt = reading.Time ?? now,
            Attributes = attributes.Get(row),
            Notes = row.Content.Note is { } note ? [note] : null,
        };

    /// <summary>Checks a text against the field limits of the workers.</summary>
    /// <returns>The rejection of the row for its first field beyond a limit, or null.</returns>
    public static Rejection? CheckLimits(ReplayOptions options, Row row, TextReceived text) =>
        options.FieldLimits.Validate(text, options.Columns, options.Pipeline.MaxTextBytes) is { } fault
            ? new(fault.Code, $"{options.FileName}, {row.Location}: {fault.Detail}") { Field = fault.Field }
            : null;

    /// <summary>Creates the record of a row that workers accept both before and after redaction, or returns why they reject it.</summary>
    private (NewRecord? Record, Rejection? Fault) CreateText(Row row, TextReceived text)
    {
        if (CheckLimits(options, row, text) is { } fault)
            return (null, fault);
        return Check(row, guard.ToRecord(options.Pipeline, guard.RedactForLog(options.Pipeline, text)));
    }

    /// <summary>Creates the record of a prediction as the file writes it, or returns why workers reject it once it is redacted.</summary>
    private (NewRecord? Record, Rejection? Fault) CreatePrediction(Row row, TextReceived prediction) =>
        Check(row, guard.ToRecord(options.Pipeline, prediction, row.Content.Raw));

    private (NewRecord? Record, Rejection? Fault) Check(Row row, NewRecord record) =>
        RecordParser.Validate(record, options.Pipeline, options.FieldLimits) is { } rejection
            ? (null, rejection with { Detail = $"{options.FileName}, {row.Location}: {rejection.Detail}" })
            : (record, null);

    private NewRecord CreateInvalid(Row row, byte[] key, Rejection fault, DateTimeOffset now)
    {
        var raw = guard.RedactBytes(options.Pipeline.Name, row.Content.Raw)!;
        var kept = raw.Length <= options.FieldLimits.RecordBytes ? raw : raw[..options.FieldLimits.RecordBytes];
        var truncation = kept.Length < raw.Length
            ? $" The first {kept.Length:N0} of the row's {raw.Length:N0} bytes are kept; the rest is in the file only."
            : "";
        var detail = guard.RedactText(options.Pipeline.Name, fault.Detail) + truncation;
        if (key.Length > options.FieldLimits.IdBytes)
            key = Encoding.UTF8.GetBytes(Excerpt.Quote(Encoding.UTF8.GetString(key), options.FieldLimits.IdBytes));
        return new(options.Pipeline.Inputs[0], key, kept, now)
        {
            Headers = new Dictionary<string, byte[]> { [RecordHeaders.ReplayFault] = (fault with { Detail = detail }).ToHeader() },
        };
    }

    /// <summary>Returns the same id for the same row of the same run, so that a resumed run appends the same records.</summary>
    private string GetId(Row row, int run) => row.GetOptional(options.IdColumn)
        ?? string.Create(CultureInfo.InvariantCulture, $"{fileHash}-{options.Pipeline.Name}-{run}-{row.Number}");
}
