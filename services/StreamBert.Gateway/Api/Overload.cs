using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace StreamBert.Gateway.Api;

/// <summary>Limits how much is done at one time, so that overload is answered at once and not felt by all.</summary>
internal static class Overload
{
    public const string Requests = "streambert-requests";
    public const string Streams = "streambert-streams";

    public static void AddOverloadProtection(this IServiceCollection services)
    {
        services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(Requests, context => Concurrent(Requests, Options(context).MaxConcurrentRequests));
            limiter.AddPolicy(Streams, context => Concurrent(Streams, Options(context).MaxStreams));
            limiter.OnRejected = RejectAsync;
        });
    }

    private static GatewayOptions Options(HttpContext context) => context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value;

    private static RateLimitPartition<string> Concurrent(string name, int limit) =>
        RateLimitPartition.GetConcurrencyLimiter(name, _ => new() { PermitLimit = limit, QueueLimit = 0 });

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellation)
    {
        rejected.HttpContext.Response.Headers.RetryAfter = "1";
        await Problems.WriteAsync(rejected.HttpContext, Problems.Create(
            rejected.HttpContext, StatusCodes.Status429TooManyRequests, "overload", "Too many requests at once",
            "As many are being served as the configuration allows (Gateway:MaxConcurrentRequests, Gateway:MaxStreams). Try again shortly."));
    }
}
