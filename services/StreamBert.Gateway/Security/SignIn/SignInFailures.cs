using System.Diagnostics.Metrics;
using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Gateway.Identity;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Security.SignIn;

/// <summary>
/// Writes refused credentials into the audit log: the first at once, then at most one entry every <see cref="Pause"/> with the number of
/// those since the
/// last, so that whoever keeps guessing cannot fill the log. The counter <c>streambert_sign_in_failures</c> counts all.
/// </summary>
internal sealed class SignInFailures(IEventLog log, TimeProvider time, ILogger<SignInFailures> logger)
{
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>The refusal itself waits no longer than this for the log.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly Counter<long> Counter = Telemetry.Meter("Gateway").CreateCounter<long>("streambert.sign_in.failures");

    private readonly Lock _gate = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private long _since;

    /// <param name="how">The scheme that refused; never what was presented.</param>
    public async Task NoteAsync(HttpContext context, string how)
    {
        Counter.Add(1, new KeyValuePair<string, object?>("scheme", how));
        if (Due() is not { } count) return;
        var entry = new AuditEntry
        {
            At = time.GetUtcNow(),
            Actor = Actor.Anonymous,
            Action = AuditActions.SignInFailed,
            Target = context.Connection.RemoteIpAddress?.ToString(),
            Details = new Dictionary<string, string> { ["scheme"] = how, ["failures"] = count.ToString(CultureInfo.InvariantCulture) },
        };
        try
        {
            // Whoever guesses and hangs up at once must not stay out of the log by that, so the request's own token does not count here.
            using var patience = new CancellationTokenSource(Patience, time);
            await log.AppendAsync([AuditTrail.Record(entry)], patience.Token);
        }
        catch (Exception e)
        {
            GiveBack(count);
            // At debug level: a stranger can cause it, and whoever watches the log's health is told by LogHealthMonitor.
            logger.LogDebug(
                "{Count} failed sign-ins, the last from {From}, could not be written to the audit log and count with the next: {Reason}",
                count,
                entry.Target,
                e.Message);
        }
    }

    private void GiveBack(long count)
    {
        lock (_gate) _since += count;
    }

    private long? Due()
    {
        lock (_gate)
        {
            _since++;
            var now = time.GetUtcNow();
            if (now < _next) return null;
            (_next, var count, _since) = (now + Pause, _since, 0);
            return count;
        }
    }
}
