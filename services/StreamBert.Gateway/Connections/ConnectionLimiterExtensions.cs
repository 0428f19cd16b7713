using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Gateway.Connections;

/// <summary>Puts the <see cref="ConnectionLimiter"/> before Kestrel's endpoints, TLS included, and tells it of requests.</summary>
internal static class ConnectionLimiterExtensions
{
    /// <summary>
    /// Connections that the system keeps while the process comes to take them; one more would be tried again by its client, a second later.
    /// </summary>
    private const int Backlog = 4_096;
    private static readonly PathString[] HealthPaths = ["/health", "/v2/health", "/ping"];

    public static void AddConnectionGate(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ConnectionLimiter>();
        builder.Services.Configure<SocketTransportOptions>(static sockets => sockets.Backlog = Backlog);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<ConnectionLimiter>(static (kestrel, gate) =>
            kestrel.ConfigureEndpointDefaults(listen => listen.Use(next => connection => gate.RunAsync(connection, next))));
    }

    /// <summary>Before everything else: a connection is at work as long as one of its requests is.</summary>
    public static void UseConnectionActivity(this WebApplication app)
    {
        var gate = app.Services.GetRequiredService<ConnectionLimiter>();
        app.Use(async (context, next) =>
        {
            if (context.Features.Get<TrackedConnection>() is not { } connection)
            {
                await next(context);
                return;
            }
            gate.Begin(connection);
            try
            {
                await (connection.IsInLane ? AnswerInLaneAsync(context, next) : next(context));
            }
            finally
            {
                gate.End(connection);
            }
        });
    }

    private static Task AnswerInLaneAsync(HttpContext context, RequestDelegate next)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol)) context.Response.Headers.Connection = "close";
        if (HealthPaths.Any(path => context.Request.Path.StartsWithSegments(path))) return next(context);
        context.Response.Headers.RetryAfter = "1";
        return ProblemResponses.WriteAsync(context, ProblemResponses.Create(
            context, StatusCodes.Status503ServiceUnavailable, "connections", "Too many connections",
            "As many connections are open as Gateway:MaxConnections or, of one address, Gateway:MaxConnectionsPerAddress allows, and all are at work. Try again shortly."));
    }
}
