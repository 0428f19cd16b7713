using System.Diagnostics.Metrics;
using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Gateway.Identity;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Security.SignIn;

/// <summary>
/// Records rejected credentials in the audit log: the first immediately, then at most one entry every <see cref="Interval"/> with their
/// number, so that an attacker cannot fill the log. The metric <c>streambert_sign_in_failures</c> counts all.
/// </summary>
internal sealed class SignInFailures(IEventLog log, GatewayMetrics metrics, TimeProvider time, ILogger<SignInFailures> logger)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>The time for which the response waits for the log.</summary>
    private static readonly TimeSpan AppendTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private long _since;

    /// <summary>Records rejected credentials.</summary>
    /// <param name="scheme">The scheme that rejected them.</param>
    public async Task RecordAsync(HttpContext context, string scheme)
    {
        metrics.RecordSignInFailure(scheme);
        if (TakeDue() is not { } count) return;
        var entry = new AuditEntry
        {
            At = time.GetUtcNow(),
            Actor = Actor.Anonymous,
            Action = AuditActions.SignInFailed,
            Target = context.Connection.RemoteIpAddress?.ToString(),
            Details = new Dictionary<string, string> { ["scheme"] = scheme, ["failures"] = count.ToString(CultureInfo.InvariantCulture) },
        };
        try
        {
            // A client that disconnects at once must not avoid the entry, so the token of the request is not used.
            using var timeout = new CancellationTokenSource(AppendTimeout, time);
            await log.AppendAsync([AuditTrail.Record(entry)], timeout.Token);
        }
        catch (Exception e)
        {
            Restore(count);
            // A client can cause this, so the level is Debug; LogHealthMonitor reports the outage of the log.
            logger.LogDebug(
                "The audit log could not record {Count} failed sign-ins, the last from {Address}; they are added to the next entry: "
                    + "{Reason}",
                count,
                entry.Target,
                e.Message);
        }
    }

    private void Restore(long count)
    {
        lock (_gate) _since += count;
    }

    private long? TakeDue()
    {
        lock (_gate)
        {
            _since++;
            var now = time.GetUtcNow();
            if (now < _next) return null;
            (_next, var count, _since) = (now + Interval, _since, 0);
            return count;
        }
    }
}
