using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using StreamBert.Gateway.Connections;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Identity;

namespace StreamBert.Gateway.Http.RateLimits;

/// <summary>
/// Limits how fast each actor asks, and how much is done at one time for all, so that overload is answered at once and not felt by others.
/// </summary>
internal static class RateLimits
{
    public const string Requests = "streambert-requests";
    public const string Streams = "streambert-streams";

    /// <summary>For requests that read whole topics.</summary>
    public const string CostlyRequests = "streambert-costly";

    /// <summary>For the connections of the dashboard's tabs.</summary>
    public const string Tabs = "streambert-tabs";

    /// <summary>For the forms that anybody may send: strangers who send them slowly hold up their own address only.</summary>
    public const string SignIns = "streambert-sign-ins";

    /// <summary>Sign-in pages and forms of one address handled at one time.</summary>
    private const int MaxSignIns = 16;
    private const string RetryLater = "5";
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromMilliseconds(100);

    public static void AddOverloadProtection(this IServiceCollection services)
    {
        services.AddRateLimiter(static limiter =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                PartitionedRateLimiter.Create<HttpContext, string>(RateOfActor), PartitionedRateLimiter.Create<HttpContext, string>(
                    ConcurrencyOfActor));
            limiter.AddPolicy(Requests, static context => Concurrent(context, Requests, static options => options.MaxConcurrentRequests));
            limiter.AddPolicy(Streams, static context => Concurrent(context, Streams, static options => options.MaxStreams));
            limiter.AddPolicy(
                CostlyRequests,
                static context => Concurrent(context, CostlyRequests, static options => options.MaxCostlyRequests));
            limiter.AddPolicy(Tabs, static context => Concurrent(context, Tabs, static options => options.MaxTabs));
            limiter.AddPolicy(
                SignIns,
                static context => RateLimitPartition.GetConcurrencyLimiter($"{SignIns}:{Address(context)}", static _ => AtOnce(MaxSignIns)));
            limiter.OnRejected = RejectAsync;
        });
    }

    /// <summary>Whoever is refused for now is told when to ask again, wherever the refusal comes from.</summary>
    public static void UseRetryAfter(this WebApplication app) => app.Use(static (context, next) =>
    {
        context.Response.OnStarting(static state =>
        {
            var response = (HttpResponse)state;
            if (response.StatusCode is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable
                && response.Headers.RetryAfter.Count == 0)
            {
                response.Headers.RetryAfter = RetryLater;
            }

            return Task.CompletedTask;
        }, context.Response);
        return next(context);
    });

    /// <summary>For routes that read whole topics: few of them are served at one time, and none for another site's page.</summary>
    public static T Costly<T>(this T route) where T : IEndpointConventionBuilder
        => route.RequireRateLimiting(CostlyRequests).WithMetadata(CostlyRoute.Instance);

    /// <summary>For the other routes of the API: so many requests at one time, of all and of each actor.</summary>
    public static T LimitConcurrency<T>(this T routes) where T : IEndpointConventionBuilder
        => routes.RequireRateLimiting(Requests).WithMetadata(ActorConcurrencyLimit.Requests);

    private static GatewayOptions Options(HttpContext context)
        => context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value;

    /// <summary>A bucket for each actor, of those routes that have a limit at all. Idle buckets are forgotten by the framework.</summary>
    private static RateLimitPartition<string> RateOfActor(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is null
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(Asker(context), _ => Bucket(Options(context).RateLimit));

    /// <summary>What lasts counts for each actor, too, so that one cannot take all there is.</summary>
    private static RateLimitPartition<string> ConcurrencyOfActor(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ActorConcurrencyLimit>() is { } limited && IsLetIn(context)
            ? RateLimitPartition.GetConcurrencyLimiter($"{limited.Name}:{Asker(context)}", _ => AtOnce(limited.Limit(Options(context))))
            : RateLimitPartition.GetNoLimiter("");

    private static string Asker(HttpContext context)
        => Actor.Of(context.User) is var actor && actor == Actor.Anonymous ? $"address:{Address(context)}" : actor;

    private static string Address(HttpContext context) => ClientAddress.Of(context.Connection.RemoteIpAddress);

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

    /// <summary>
    /// Counts those only who will be let in: a flood of strangers, who are refused a moment later, must not take the places of others.
    /// </summary>
    private static RateLimitPartition<string> Concurrent(HttpContext context, string name, Func<GatewayOptions, int> limit) =>
        IsLetIn(context)
            ? RateLimitPartition.GetConcurrencyLimiter(name, _ => AtOnce(limit(Options(context))))
            : RateLimitPartition.GetNoLimiter("");

    private static bool IsLetIn(HttpContext context)
        => context.GetEndpoint()?.Metadata.GetMetadata<RequiredRole>()?.Name is not { } role || context.User.May(role);

    private static ConcurrencyLimiterOptions AtOnce(int limit) => new() { PermitLimit = limit, QueueLimit = 0 };

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellation)
    {
        var context = rejected.HttpContext;
        var tooFast = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait);
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await ProblemResponses.WriteAsync(context, tooFast
            ? ProblemResponses.Create(
                context, StatusCodes.Status429TooManyRequests, "rate-limit", "Too many requests",
                $"{Actor.Of(context.User)} asks faster than Gateway:RateLimit allows ({Options(context).RateLimit.RequestsPerSecond.ToString(CultureInfo.InvariantCulture)} requests a second). Send many texts in one request of /v1/texts, or wait as Retry-After says.")
            : ProblemResponses.Create(
                context, StatusCodes.Status429TooManyRequests, "overload", "Too many requests at once",
                "As many are being served as the configuration allows (Gateway:MaxConcurrentRequests, MaxConcurrentRequestsPerActor, MaxCostlyRequests, MaxStreams, MaxStreamsPerActor, MaxTabs, MaxTabsPerActor), "
                + "or as one address may sign in with. Try again shortly."));
    }
}
