using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using StreamBert.Gateway.Security;

namespace StreamBert.Gateway.Api;

/// <summary>Limits how fast each actor asks, and how much is done at one time for all, so that overload is answered at once and not felt by others.</summary>
internal static class Overload
{
    public const string Requests = "streambert-requests";
    public const string Streams = "streambert-streams";

    /// <summary>For the forms that anybody may send: strangers who send them slowly hold up their own address only.</summary>
    public const string SignIns = "streambert-sign-ins";

    /// <summary>Sign-in pages and forms of one address handled at one time.</summary>
    private const int MaxSignIns = 16;
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromMilliseconds(100);

    public static void AddOverloadProtection(this IServiceCollection services)
    {
        services.AddRateLimiter(limiter =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(OfActor);
            limiter.AddPolicy(Requests, context => Concurrent(Requests, Options(context).MaxConcurrentRequests));
            limiter.AddPolicy(Streams, context => Concurrent(Streams, Options(context).MaxStreams));
            limiter.AddPolicy(SignIns, static context => Concurrent($"{SignIns}:{context.Connection.RemoteIpAddress}", MaxSignIns));
            limiter.OnRejected = RejectAsync;
        });
    }

    private static GatewayOptions Options(HttpContext context) => context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value;

    /// <summary>A bucket for each actor, of those routes that have a limit at all. Idle buckets are forgotten by the framework.</summary>
    private static RateLimitPartition<string> OfActor(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is null) return RateLimitPartition.GetNoLimiter("");
        var actor = Actor.Of(context.User);
        return RateLimitPartition.GetTokenBucketLimiter(
            actor == Actor.Anonymous ? $"address:{context.Connection.RemoteIpAddress}" : actor, _ => Bucket(Options(context).RateLimit));
    }

    private static TokenBucketRateLimiterOptions Bucket(RateLimitOptions limit)
    {
        var period = TimeSpan.FromSeconds(Math.Max(ShortestPeriod.TotalSeconds, 1 / limit.RequestsPerSecond));
        return new()
        {
            TokenLimit = limit.Burst,
            ReplenishmentPeriod = period,
            TokensPerPeriod = Math.Max(1, (int)Math.Round(limit.RequestsPerSecond * period.TotalSeconds)),
            QueueLimit = 0,
        };
    }

    private static RateLimitPartition<string> Concurrent(string name, int limit) =>
        RateLimitPartition.GetConcurrencyLimiter(name, _ => new() { PermitLimit = limit, QueueLimit = 0 });

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellation)
    {
        var context = rejected.HttpContext;
        var tooFast = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait);
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await Problems.WriteAsync(context, tooFast
            ? Problems.Create(
                context, StatusCodes.Status429TooManyRequests, "rate-limit", "Too many requests",
                $"{Actor.Of(context.User)} asks faster than Gateway:RateLimit allows ({Options(context).RateLimit.RequestsPerSecond.ToString(CultureInfo.InvariantCulture)} requests a second). Send many texts in one request of /v1/texts, or wait as Retry-After says.")
            : Problems.Create(
                context, StatusCodes.Status429TooManyRequests, "overload", "Too many requests at once",
                "As many are being served as the configuration allows (Gateway:MaxConcurrentRequests, Gateway:MaxStreams), or as one address may sign in with. Try again shortly."));
    }
}
