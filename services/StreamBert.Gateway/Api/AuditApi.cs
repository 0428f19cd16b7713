using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Security;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Api;

internal sealed record AuditList(IReadOnlyList<AuditEntry> Entries);

/// <summary>Who did what, read from the log itself: it is short, and the state store may be cleared.</summary>
internal static class AuditApi
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 10_000;

    public static void MapAudit(this RouteGroupBuilder api) => api.MapGet("/audit", GetAsync).RequireRole(Roles.Admin).Costly()
        .WithTags("Operation").WithName("getAudit")
        .WithSummary("Read who did what")
        .WithDescription("Promotions and rollbacks of models, replays and discards of dead letters, erasures, failed sign-ins, the latest first. Entries are only ever added.")
        .Produces<AuditList>().WithProblems(400, 429, 503);

    private static async Task<AuditList> GetAsync(
        IEventLog log,
        [Description("Only this act, such as `model-promoted`.")] string? action,
        [Description("1 to 10,000; default 100.")] int? limit,
        CancellationToken cancellation)
    {
        var most = ApiRoutes.Limit(limit, DefaultLimit, MaxLimit);
        var latest = new Queue<AuditEntry>();
        await foreach (var record in log.ReadToEndAsync(Topics.Audit, null, cancellation, settled: true))
        {
            var entry = Read(record);
            if (action is not null && entry.Action != action) continue;
            latest.Enqueue(entry);
            if (latest.Count > most) latest.Dequeue();
        }
        return new([.. latest.Reverse()]);
    }

    /// <summary>What somebody else has written there is shown as such, not left out.</summary>
    private static AuditEntry Read(LogRecord record) => EventReader.Read<AuditEntry>(record, out var entry) is null ? entry
        : new() { At = record.Timestamp, Actor = "unknown", Action = "unreadable", Target = $"{record.Position.Topic}/{record.Position.Partition}/{record.Position.Offset}" };
}
