using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Gateway.Connections;

/// <summary>Puts the <see cref="ConnectionLimiter"/> before Kestrel's endpoints, including TLS, and reports requests to it.</summary>
internal static class ConnectionLimiterExtensions
{
    /// <summary>
    /// The number of connections that the operating system queues until the process accepts them. The client of a further one retries
    /// after a second.
    /// </summary>
    private const int Backlog = 4_096;
    private static readonly PathString[] HealthPaths = ["/health", "/v2/health", "/ping"];

    public static void AddConnectionLimiter(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ConnectionLimiter>();
        builder.Services.Configure<SocketTransportOptions>(static sockets => sockets.Backlog = Backlog);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<ConnectionLimiter>(static (kestrel, limiter) =>
            kestrel.ConfigureEndpointDefaults(listen => listen.Use(next => connection => limiter.RunAsync(connection, next))));
    }

    /// <summary>Marks a connection as busy while one of its requests runs. It must be the first middleware.</summary>
    public static void UseConnectionActivity(this WebApplication app)
    {
        var limiter = app.Services.GetRequiredService<ConnectionLimiter>();
        app.Use(async (context, next) =>
        {
            if (context.Features.Get<TrackedConnection>() is not { } connection)
            {
                await next(context);
                return;
            }
            limiter.BeginRequest(connection);
            try
            {
                await (connection.IsHealthCheckOnly ? RunHealthCheckAsync(context, next) : next(context));
            }
            finally
            {
                limiter.EndRequest(connection);
            }
        });
    }

    private static Task RunHealthCheckAsync(HttpContext context, RequestDelegate next)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol))
            context.Response.Headers.Connection = "close";
        if (HealthPaths.Any(path => context.Request.Path.StartsWithSegments(path)))
            return next(context);
        context.Response.Headers.RetryAfter = "1";
        return ProblemResponses.WriteAsync(context, ProblemResponses.Create(
            context, StatusCodes.Status503ServiceUnavailable, "connections", "Too many connections",
            "The maximum number of connections is open (Gateway:MaxConnections or, for one address, Gateway:MaxConnectionsPerAddress), "
                + "and all are busy. Try again later."));
    }
}
