using System.Globalization;
using System.Text;
using StreamBert.Cli.Feeding;
using StreamBert.Cli.Files;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Privacy;

namespace StreamBert.Cli.Replay;

/// <summary>
/// A file's row as a record of the pipeline's input topic. A row without a readable text goes in as it is: the worker finds it
/// unreadable, and it ends in <c>dead-letter</c> with its bytes and the reason.
/// </summary>
internal sealed class RowText(ReplayOptions options, string hash, TextGuard guard)
{
    /// <summary>Header of every replayed record: the file and the row it came from.</summary>
    public const string RowHeader = "replay-row";
    private const int MaxAttributes = 16;
    private const int MaxAttributeChars = 256;

    /// <returns>The row's subject, and the record, not yet sealed.</returns>
    public (string? Subject, NewRecord Record) Record(Row row, int run, DateTimeOffset now)
    {
        var id = Id(row, run);
        var subject = options.SubjectColumn is { } column && row.Fields?.GetValueOrDefault(column) is { Length: > 0 } named ? named : null;
        var record = row.Fields?.GetValueOrDefault(options.TextColumn) is { } text && Time(row, now) is { } time
            ? TextRecord.For(options.Pipeline, guard.Admit(options.Pipeline, new()
            {
                Id = id,
                Text = text,
                Source = options.Name,
                Subject = subject,
                OccurredAt = time,
                Attributes = Attributes(row.Fields),
            }))
            : new NewRecord(options.Pipeline.Inputs[0], Encoding.UTF8.GetBytes(id), guard.Redact(options.Pipeline.Name, row.Raw), now);
        return (subject, record with
        {
            Headers = new Dictionary<string, byte[]>(record.Headers) { [RowHeader] = Encoding.UTF8.GetBytes($"{options.Name}:{row.Number}") },
        });
    }

    /// <summary>The same row of the same run has the same id, whenever it is fed.</summary>
    private string Id(Row row, int run) =>
        options.IdColumn is { } column && row.Fields?.GetValueOrDefault(column) is { Length: > 0 } id
            ? id
            : string.Create(CultureInfo.InvariantCulture, $"{hash}-{options.Pipeline.Name}-{run}-{row.Number}");

    private DateTimeOffset? Time(Row row, DateTimeOffset now) => options.TimeColumn is not { } column
        ? now
        : row.Fields!.GetValueOrDefault(column) is { } value ? ParseTime(value) : null;

    /// <summary>ISO 8601, or Unix seconds or milliseconds; null if it is neither.</summary>
    internal static DateTimeOffset? ParseTime(string value)
    {
        const double FirstMillisecond = 100_000_000_000; // as seconds that is the year 5138, as milliseconds March 1973
        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number is >= 0 and < 100_000_000_000_000
                ? DateTimeOffset.UnixEpoch.AddMilliseconds(number < FirstMillisecond ? number * 1000 : number)
                : null;
        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    private Dictionary<string, string> Attributes(IReadOnlyDictionary<string, string> fields) => fields
        .Where(field => field.Key != options.TextColumn && field.Key != options.TimeColumn && field.Key != options.IdColumn && field.Key != options.SubjectColumn && field.Value.Length > 0)
        .Take(MaxAttributes)
        .ToDictionary(static field => field.Key, static field => field.Value.Length <= MaxAttributeChars ? field.Value : Cut(field.Value));

    private static string Cut(string value) =>
        $"{value[..(char.IsHighSurrogate(value[MaxAttributeChars - 2]) ? MaxAttributeChars - 2 : MaxAttributeChars - 1)]}…";
}
