using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using StreamBert.Contracts;
using StreamBert.Gateway.Api;
using StreamBert.Gateway.Api.Compatibility.OpenInference;
using StreamBert.Gateway.Api.Compatibility.TextEmbeddings;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Api.Endpoints;
using StreamBert.Gateway.Connections;
using StreamBert.Gateway.Dashboard;
using StreamBert.Gateway.Following;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Interactive;
using StreamBert.Gateway.Live;
using StreamBert.Gateway.Security;
using StreamBert.Gateway.Security.SignIn;
using StreamBert.Gateway.Status;
using StreamBert.Gateway.Traffic;
using StreamBert.Operations;
using StreamBert.Privacy;
using StreamBert.Privacy.Erasure;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Hosting.Engines;
using StreamBert.Streaming.Hosting.Health;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Gateway;

/// <summary>Composes the Gateway: the API, the live stream, the projection into the state store, the dashboard.</summary>
public static class GatewayHosting
{
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        builder.AddStreamBertDefaults("gateway");
        builder.AddPrivacy();
        builder.AddStateStore();
        builder.AddOperations();
        builder.Services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<GatewayOptions>, CompatibilityOptionsValidator>();
        builder.Services.AddSingleton<IValidateOptions<GatewayOptions>, RequestBodyOptionsValidator>();
        builder.AddSecurity(AddListening(builder));
        AddParts(builder.Services);
        if (EventLogFactory.ResolveEngine(builder.Configuration) == EventLogOptions.Kafka) // an embedded log is this process's alone
            builder.Services.AddHostedService(static parts => parts.GetRequiredService<ServiceHealth>());
        AddWeb(builder.Services);
        builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel").AddPrometheusExporter());
        builder.AddDashboard();
        return builder;
    }

    public static WebApplication MapGateway(this WebApplication app)
    {
        app.UseConnectionActivity();
        app.UseSecurityHeaders();
        app.UseRetryAfter();
        app.UseExceptionHandler();
        app.UseProblemsForEmptyAnswers();
        app.UseEscapedSlashes();
        app.UseRouting();
        app.UseSecurity();
        app.UseRequestEncodings();
        app.MapApi();
        app.MapTextEmbeddings();
        app.MapOpenInference();
        app.MapHealth();
        app.MapDocs();
        app.MapPrometheusScrapingEndpoint("/metrics").RequireRole(Roles.Read).Costly();
        app.MapSignIn(app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.Oidc);
        app.MapDashboard();
        return app;
    }

    /// <summary>
    /// <c>Gateway:Urls</c> first, then whatever ASP.NET Core was told (<c>ASPNETCORE_URLS</c>, <c>--urls</c>), else this machine only.
    /// Empty is not told:
    /// ASP.NET Core would go on to <c>ASPNETCORE_HTTP_PORTS</c>, which container images set and which means every network.
    /// </summary>
    public static string UrlsOf(IConfiguration configuration) =>
        new[] { configuration[$"{GatewayOptions.Section}:{nameof(GatewayOptions.Urls)}"], configuration[WebHostDefaults.ServerUrlsKey] }
            .FirstOrDefault(static urls => !string.IsNullOrWhiteSpace(urls)) ?? GatewayOptions.DefaultUrls;

    private static string AddListening(WebApplicationBuilder builder)
    {
        var urls = UrlsOf(builder.Configuration);
        builder.WebHost.UseUrls(urls);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<GatewayOptions>>(static (kestrel, options) =>
        {
            kestrel.AddServerHeader = false;
            // A body that is not too far beyond the limit is still read to its end, so that the client comes to read the answer that says
            // so.
            kestrel.Limits.MaxRequestBodySize = 2L * options.Value.MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = options.Value.HeaderTimeout;
            // Connections are counted by ConnectionLimiter, which keeps a lane for health checks; Kestrel's own count would turn these away,
            // too.
            kestrel.Limits.MaxConcurrentConnections = null;
            kestrel.Limits.MaxConcurrentUpgradedConnections = options.Value.MaxConnections;
            kestrel.Limits.Http2.KeepAlivePingDelay = options.Value.HeaderTimeout;
        });
        builder.AddConnectionGate();
        return urls;
    }

    private static void AddParts(IServiceCollection services)
    {
        services.AddScoped(static request => request.GetRequiredService<ReadBudget>().OpenLease()); // free when the answer is written
        services.AddSingleton<LiveStream>();
        services.AddSingleton<TrafficMeter>();
        services.AddSingleton<LabelCatalog>();
        services.AddSingleton<TextAppender>();
        services.AddSingleton<InteractiveClassifier>();
        services.AddSingleton<TokenizationClient>();
        services.AddSingleton<TextEmbeddingsPredictor>();
        services.AddSingleton<TextEmbeddingsTokenizer>();
        services.AddSingleton<FeedbackAppender>();
        services.AddSingleton<SubjectErasure>();
        services.AddSingleton(static parts => new ServiceHealth(
            parts.GetRequiredService<IEventLog>(), parts.GetRequiredService<Readiness>(), parts.GetRequiredService<Supervisor>(), parts
                .GetRequiredService<UnusableRecords>(), parts.GetRequiredService<TimeProvider>())
        { Own = parts.GetRequiredService<ProcessIdentity>().Instance });
        services.AddSingleton<StatusReader>();
        services.AddHostedService<OutputFollower>();
        services.AddHostedService<LedgerGauges>();
        services.AddHostedService<StateStoreMonitor>();
    }

    private static void AddWeb(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(static json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, WireContext.Default);
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.Encoder = Wire.Options.Encoder;
        });
        services.Configure<RouteHandlerOptions>(static routes => routes.ThrowOnBadRequest = true);
        services.AddProblemDetails();
        services.AddExceptionHandler<ExceptionHandler>();
        services.AddSingleton<ExceptionHandler>();
        services.AddSingleton<RequestBodyBudget>();
        services.AddOverloadProtection();
        services.AddRequestEncodings();
        foreach (var dialect in TextEmbeddingsEndpoints.Dialects.Append(OpenInferenceEndpoints.Dialect))
            services.AddSingleton(dialect);
        services.AddApiDocument();
    }
}
