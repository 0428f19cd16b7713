using System.ComponentModel;
using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record AuditList(
    IReadOnlyList<AuditEntry> Entries,
    [property: Description("The cursor of the next page, if there is one.")] string? Next);

/// <summary>
/// Lists the entries of the audit log. It reads the log itself, because the log is short and the state store may be cleared.
/// </summary>
internal static class AuditEndpoint
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 10_000;

    /// <summary>The maximum size of the entries of one page in bytes.</summary>
    private const long MaxBytes = 4 * 1024 * 1024;

    public static void MapAudit(this RouteGroupBuilder api) => api.MapGet("/audit", GetAsync).RequireRole(Roles.Admin).Costly()
        .WithTags("Operation").WithName("getAudit")
        .WithSummary("Read the audit log")
        .WithDescription("Returns promotions and rollbacks of models, replays and discards of dead letters, erasures and failed "
            + "sign-ins, the latest first. Entries are never changed or deleted.")
        .Produces<AuditList>().WithProblems(400, 429, 503);

    private static async Task<AuditList> GetAsync(
        IEventLog log,
        [Description("Only this action, such as `model-promoted`.")] string? action,
        [Description("1 to 10,000; default 100.")] int? limit,
        [Description("`next` of the previous page.")] string? cursor,
        CancellationToken cancellation)
    {
        var (most, before) = (QueryParameters.ParseLimit(limit, DefaultLimit, MaxLimit), Offset(cursor));
        var latest = new Queue<(AuditEntry Entry, long Offset, int Bytes)>();
        var (bytes, older) = (0L, false);
        await foreach (var record in log.ReadToEndAsync(Topics.Audit, null, cancellation, awaitOpenTransactions: true))
        {
            if (record.Position.Offset >= before) break;
            var entry = Read(record);
            if (action is not null && entry.Action != action) continue;
            latest.Enqueue((entry, record.Position.Offset, record.Bytes));
            bytes += record.Bytes;
            while (latest.Count > most || (bytes > MaxBytes && latest.Count > 1))
            {
                bytes -= latest.Dequeue().Bytes;
                older = true;
            }
        }
        return new(
            [.. latest.Reverse().Select(static entry => entry.Entry)],
            older ? latest.Peek().Offset.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <exception cref="ApiException">The value is not a cursor.</exception>
    private static long Offset(string? cursor) => string.IsNullOrEmpty(cursor) ? long.MaxValue
        : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset
        : throw QueryParameters.InvalidCursor(cursor);

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
