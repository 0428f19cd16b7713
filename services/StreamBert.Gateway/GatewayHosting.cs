using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using StreamBert.Contracts;
using StreamBert.Gateway.Api;
using StreamBert.Gateway.Api.Compatibility;
using StreamBert.Gateway.Commands;
using StreamBert.Gateway.Dashboard;
using StreamBert.Gateway.Live;
using StreamBert.Gateway.Security;
using StreamBert.Gateway.Status;
using StreamBert.Gateway.Traffic;
using StreamBert.Gateway.Traffic.Connections;
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
        builder.Services.AddSingleton<IValidateOptions<GatewayOptions>, CompatibilityValidation>();
        builder.Services.AddSingleton<IValidateOptions<GatewayOptions>, BodyValidation>();
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
            // Connections are counted by ConnectionGate, which keeps a lane for health checks; Kestrel's own count would turn these away,
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
        services.AddSingleton<KnownLabels>();
        services.AddSingleton<TextIntake>();
        services.AddSingleton<InteractiveClassifier>();
        services.AddSingleton<TokenQuestions>();
        services.AddSingleton<TextEmbeddingsPredictor>();
        services.AddSingleton<TextEmbeddingsTokens>();
        services.AddSingleton<FeedbackIntake>();
        services.AddSingleton<SubjectErasure>();
        services.AddSingleton(static parts => new ServiceHealth(
            parts.GetRequiredService<IEventLog>(), parts.GetRequiredService<Readiness>(), parts.GetRequiredService<Supervisor>(), parts
                .GetRequiredService<UnusableRecords>(), parts.GetRequiredService<TimeProvider>())
        { Own = parts.GetRequiredService<ProcessIdentity>().Instance });
        services.AddSingleton<StatusReader>();
        services.AddHostedService<LiveFollower>();
        services.AddHostedService<LedgerGauges>();
        services.AddHostedService<StateHealth>();
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
        services.AddExceptionHandler<ErrorHandler>();
        services.AddSingleton<ErrorHandler>();
        services.AddSingleton<BodyBudget>();
        services.AddOverloadProtection();
        services.AddRequestEncodings();
        foreach (var dialect in TextEmbeddingsApi.Dialects.Append(OpenInferenceApi.Dialect))
            services.AddSingleton(dialect);
        services.AddApiDocument();
    }
}
