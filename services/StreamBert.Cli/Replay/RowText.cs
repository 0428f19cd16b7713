using System.Globalization;
using System.Text;
using StreamBert.Cli.Feeding;
using StreamBert.Cli.Files;
using StreamBert.Contracts;
using StreamBert.Inference.Reading;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Privacy;

namespace StreamBert.Cli.Replay;

/// <summary>
/// A file's row as a record of the pipeline's input topic. A row that is no text goes in as it is, with the reason in a header: the worker
/// dead-letters it with that reason, and reads it under no other names.
/// </summary>
internal sealed class RowText(ReplayOptions options, string hash, TextGuard guard)
{
    private readonly RowReader _reader = new(options);
    private readonly RowAttributes _attributes = new(options);

    /// <returns>The row's subject, and the record, not yet sealed.</returns>
    public (string? Subject, NewRecord Record) Record(Row row, int run, DateTimeOffset now)
    {
        var (id, subject, reading) = (Id(row, run), row.Find(options.SubjectColumn), _reader.Read(row));
        var record = reading.Fault is { } fault ? Faulty(row, subject ?? id, fault, now) : TextRecord.For(options.Pipeline, guard.Admit(options.Pipeline, new()
        {
            Id = id,
            Text = reading.Text!,
            Source = options.Name,
            Subject = subject,
            OccurredAt = reading.Time ?? now,
            Attributes = _attributes.Of(row),
            Notes = row.Content.Note is { } note ? [note] : null,
        }));
        return (subject, record with
        {
            Headers = new Dictionary<string, byte[]>(record.Headers) { [RecordHeaders.ReplayRow] = Encoding.UTF8.GetBytes($"{options.Name}:{row.Number}") },
        });
    }

    private NewRecord Faulty(Row row, string key, Rejection fault, DateTimeOffset now)
    {
        var detail = guard.RedactorOf(options.Pipeline.Name).Redact(fault.Detail).Text;
        return new(options.Pipeline.Inputs[0], Encoding.UTF8.GetBytes(key), guard.Redact(options.Pipeline.Name, row.Content.Raw), now)
        {
            Headers = new Dictionary<string, byte[]> { [RecordHeaders.ReplayFault] = (fault with { Detail = detail }).ToHeader() },
        };
    }

    /// <summary>The same row of the same run has the same id, whenever it is fed.</summary>
    private string Id(Row row, int run) => row.Find(options.IdColumn) ?? string.Create(CultureInfo.InvariantCulture, $"{hash}-{options.Pipeline.Name}-{run}-{row.Number}");
}
