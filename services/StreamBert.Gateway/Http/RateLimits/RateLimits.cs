using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using StreamBert.Gateway.Connections;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Identity;

namespace StreamBert.Gateway.Http.RateLimits;

/// <summary>
/// Limits the request rate and the concurrent requests of each actor, and the concurrent requests of all, so that one overload does not
/// affect other clients.
/// </summary>
internal static class RateLimits
{
    public const string Requests = "streambert-requests";
    public const string Streams = "streambert-streams";

    /// <summary>The policy of requests that read whole topics.</summary>
    public const string CostlyRequests = "streambert-costly";

    /// <summary>The policy of the connections of dashboard tabs.</summary>
    public const string Tabs = "streambert-tabs";

    /// <summary>The policy of the sign-in forms. Unauthenticated clients that send them slowly block only their own address.</summary>
    public const string SignIns = "streambert-sign-ins";

    /// <summary>The maximum number of concurrent requests of one address for sign-in pages and forms.</summary>
    private const int MaxSignIns = 16;
    private const string DefaultRetryAfter = "5";
    private static readonly TimeSpan MinPeriod = TimeSpan.FromMilliseconds(100);

    public static void AddRateLimits(this IServiceCollection services) => services.AddRateLimiter(static limiter =>
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(LimitActorRate),
            PartitionedRateLimiter.Create<HttpContext, string>(LimitActorConcurrency));
        limiter.AddPolicy(Requests, static context => LimitConcurrency(context, Requests, static options => options.MaxConcurrentRequests));
        limiter.AddPolicy(Streams, static context => LimitConcurrency(context, Streams, static options => options.MaxStreams));
        limiter.AddPolicy(CostlyRequests, static context =>
            LimitConcurrency(context, CostlyRequests, static options => options.MaxCostlyRequests));
        limiter.AddPolicy(Tabs, static context => LimitConcurrency(context, Tabs, static options => options.MaxTabs));
        limiter.AddPolicy(SignIns, static context =>
            RateLimitPartition.GetConcurrencyLimiter($"{SignIns}:{GetAddress(context)}", static _ => Concurrent(MaxSignIns)));
        limiter.OnRejected = RejectAsync;
    });

    /// <summary>Adds <c>Retry-After</c> to all responses with 429 and 503 that have none.</summary>
    public static void UseRetryAfter(this WebApplication app) => app.Use(static (context, next) =>
    {
        context.Response.OnStarting(
            static state =>
            {
                var response = (HttpResponse)state;
                var isTemporary = response.StatusCode is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable;
                if (isTemporary && response.Headers.RetryAfter.Count == 0)
                    response.Headers.RetryAfter = DefaultRetryAfter;
                return Task.CompletedTask;
            },
            context.Response);
        return next(context);
    });

    /// <summary>
    /// Limits a route that reads whole topics: only few requests run concurrently, and pages of other sites cannot send any.
    /// </summary>
    public static T Costly<T>(this T route) where T : IEndpointConventionBuilder =>
        route.RequireRateLimiting(CostlyRequests).WithMetadata(CostlyRoute.Instance);

    /// <summary>Limits the concurrent requests of the other routes of the API.</summary>
    public static T LimitConcurrency<T>(this T routes) where T : IEndpointConventionBuilder =>
        routes.RequireRateLimiting(Requests).WithMetadata(ActorConcurrencyLimit.Requests);

    private static GatewayOptions GetOptions(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value;

    /// <summary>Each actor has a token bucket for all limited routes. The framework drops idle buckets.</summary>
    private static RateLimitPartition<string> LimitActorRate(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is null
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(GetActor(context), _ => CreateBucket(GetOptions(context).RateLimit));

    private static RateLimitPartition<string> LimitActorConcurrency(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ActorConcurrencyLimit>() is { } limit && IsAuthorized(context)
            ? RateLimitPartition.GetConcurrencyLimiter($"{limit.Name}:{GetActor(context)}", _ =>
                Concurrent(limit.GetLimit(GetOptions(context))))
            : RateLimitPartition.GetNoLimiter("");

    /// <summary>Counts only requests that will be authorized, so that a flood of unauthenticated requests does not block others.</summary>
    private static RateLimitPartition<string> LimitConcurrency(HttpContext context, string name, Func<GatewayOptions, int> limit) =>
        IsAuthorized(context)
            ? RateLimitPartition.GetConcurrencyLimiter(name, _ => Concurrent(limit(GetOptions(context))))
            : RateLimitPartition.GetNoLimiter("");

    private static string GetActor(HttpContext context) =>
        Actor.Of(context.User) is var actor && actor == Actor.Anonymous ? $"address:{GetAddress(context)}" : actor;

    private static string GetAddress(HttpContext context) => ClientAddress.Of(context.Connection.RemoteIpAddress);

    private static bool IsAuthorized(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RequiredRole>()?.Name is not { } role || context.User.May(role);

    private static TokenBucketRateLimiterOptions CreateBucket(RateLimitOptions limit)
    {
        var period = TimeSpan.FromSeconds(Math.Max(MinPeriod.TotalSeconds, 1 / limit.RequestsPerSecond));
        return new()
        {
            TokenLimit = limit.Burst,
            ReplenishmentPeriod = period,
            TokensPerPeriod = Math.Max(1, (int)Math.Round(limit.RequestsPerSecond * period.TotalSeconds)),
            QueueLimit = 0,
        };
    }

    private static ConcurrencyLimiterOptions Concurrent(int limit) => new() { PermitLimit = limit, QueueLimit = 0 };

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellation)
    {
        var context = rejected.HttpContext;
        var isRate = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait);
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var rate = GetOptions(context).RateLimit.RequestsPerSecond.ToString(CultureInfo.InvariantCulture);
        var (code, title, detail) = isRate
            ? ("rate-limit", "Too many requests",
                $"{Actor.Of(context.User)} exceeds the rate of Gateway:RateLimit ({rate} requests per second). Send many texts in one "
                    + "request to /v1/texts, or wait as Retry-After says.")
            : ("overload", "Too many concurrent requests",
                "A limit of concurrent requests is reached (Gateway:MaxConcurrentRequests, MaxConcurrentRequestsPerActor, "
                    + "MaxCostlyRequests, MaxStreams, "
                + "MaxStreamsPerActor, MaxTabs, MaxTabsPerActor, or the sign-ins of one address). Try again later.");
        await ProblemResponses.WriteAsync(
            context, ProblemResponses.Create(context, StatusCodes.Status429TooManyRequests, code, title, detail));
    }
}
