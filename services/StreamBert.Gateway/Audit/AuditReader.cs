using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Audit;

/// <summary>A page of the audit log, the latest entry first.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Next">The cursor of the next page; null on the last one.</param>
internal sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, string? Next);

/// <summary>
/// Reads the audit log. It reads the log itself, because the log is short and the state store may be cleared.
/// </summary>
internal sealed class AuditReader(IEventLog log)
{
    /// <summary>The maximum size of the entries of one page in bytes.</summary>
    private const long MaxBytes = 4 * 1024 * 1024;

    /// <summary>Reads the latest entries that match.</summary>
    /// <param name="filter">Selects the entries.</param>
    /// <param name="limit">The most entries.</param>
    /// <param name="before">The offset before which the entries are; <see cref="long.MaxValue"/> for the first page.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <exception cref="LogUnavailableException">The event log cannot be read.</exception>
    public async Task<AuditPage> ReadAsync(AuditFilter filter, int limit, long before, CancellationToken cancellation)
    {
        var latest = new Queue<(AuditEntry Entry, long Offset, int Bytes)>();
        var (bytes, older) = (0L, false);
        await foreach (var record in log.ReadToEndAsync(Topics.Audit, null, cancellation, awaitOpenTransactions: true))
        {
            if (record.Position.Offset >= before) break;
            var entry = Read(record);
            if (!filter.Matches(entry)) continue;
            latest.Enqueue((entry, record.Position.Offset, record.Bytes));
            bytes += record.Bytes;
            while (latest.Count > limit || (bytes > MaxBytes && latest.Count > 1))
            {
                bytes -= latest.Dequeue().Bytes;
                older = true;
            }
        }
        return new(
            [.. latest.Reverse().Select(static entry => entry.Entry)],
            older ? latest.Peek().Offset.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>Parses a cursor; null if the value is none.</summary>
    public static long? ParseCursor(string? cursor) => string.IsNullOrEmpty(cursor) ? long.MaxValue
        : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : null;

    /// <summary>Reads an entry. A foreign record is shown as unreadable, not omitted.</summary>
    private static AuditEntry Read(LogRecord record) => EventReader.Read<AuditEntry>(record, out var entry) is null ? entry
        : new()
        {
            At = record.Timestamp,
            Actor = "unknown",
            Action = "unreadable",
            Target = $"{record.Position}"
        };
}
