using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using StreamBert.Contracts;
using StreamBert.Gateway.Alerts;
using StreamBert.Gateway.Alerts.Links;
using StreamBert.Gateway.Api;
using StreamBert.Gateway.Api.Compatibility.OpenInference;
using StreamBert.Gateway.Api.Compatibility.TextEmbeddings;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Api.Endpoints;
using StreamBert.Gateway.Audit;
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
using StreamBert.Gateway.Labelling;
using StreamBert.Gateway.Live;
using StreamBert.Gateway.Localization;
using StreamBert.Gateway.ModelRequests;
using StreamBert.Gateway.Rules;
using StreamBert.Gateway.Security;
using StreamBert.Gateway.Security.SignIn;
using StreamBert.Gateway.Settings;
using StreamBert.Gateway.Status;
using StreamBert.Gateway.Traffic;
using StreamBert.Operations;
using StreamBert.Privacy;
using StreamBert.Privacy.Erasure;
using StreamBert.Streaming.Alerts;
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

/// <summary>Registers the Gateway: the API, the event stream, the projection into the state store and the dashboard.</summary>
public static class GatewayHosting
{
    /// <summary>Adds the services of the Gateway.</summary>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        builder.AddStreamBertDefaults("gateway");
        builder.AddPrivacy();
        builder.AddStateStore();
        builder.AddOperations();
        builder.AddAlertLinks();
        builder.Services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<GatewayOptions>, CompatibilityOptionsValidator>();
        builder.Services.AddSingleton<IValidateOptions<GatewayOptions>, RequestBodyOptionsValidator>();
        builder.AddSecurity(ConfigureKestrel(builder));
        AddCore(builder.Services);
        AddStatus(builder);
        AddHttp(builder.Services);
        builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel").AddPrometheusExporter());
        builder.AddDashboard();
        return builder;
    }

    /// <summary>Adds the middleware and the routes of the Gateway.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        app.UseConnectionActivity();
        app.UseSecurityHeaders();
        app.UseRetryAfter();
        app.UseExceptionHandler();
        app.UseProblemsForEmptyResponses();
        app.UseEscapedSlashes();
        app.UseReaderLanguage();
        app.UseRouting();
        app.UseSecurity();
        app.UseBodyDecompression();
        app.MapApi();
        app.MapTextEmbeddings();
        app.MapOpenInference();
        app.MapHealth();
        app.MapDocs();
        app.MapPrometheusScrapingEndpoint("/metrics").RequireRole(Roles.Read).Costly();
        app.MapSignIn(app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.Oidc);
        app.MapAlertLinks();
        app.MapDashboard();
        return app;
    }

    /// <summary>
    /// Gets the addresses to listen on: <c>Gateway:Urls</c>, else the setting of ASP.NET Core (<c>ASPNETCORE_URLS</c>, <c>--urls</c>),
    /// else this machine only. An
    /// empty value counts as missing: ASP.NET Core would use <c>ASPNETCORE_HTTP_PORTS</c>, which container images set and which means
    /// every network.
    /// </summary>
    public static string UrlsOf(IConfiguration configuration)
    {
        string?[] settings =
            [configuration[$"{GatewayOptions.Section}:{nameof(GatewayOptions.Urls)}"], configuration[WebHostDefaults.ServerUrlsKey]];
        return Array.Find(settings, static urls => !string.IsNullOrWhiteSpace(urls)) ?? GatewayOptions.DefaultUrls;
    }

    private static string ConfigureKestrel(WebApplicationBuilder builder)
    {
        var urls = UrlsOf(builder.Configuration);
        builder.WebHost.UseUrls(urls);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<GatewayOptions>>(static (kestrel, options) =>
        {
            kestrel.AddServerHeader = false;
            // A body that slightly exceeds the limit is still read to its end, so that the client reads the response that says so.
            kestrel.Limits.MaxRequestBodySize = 2L * options.Value.MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = options.Value.HeaderTimeout;
            // ConnectionLimiter counts connections and admits health checks beyond the maximum; Kestrel would reject those too.
            kestrel.Limits.MaxConcurrentConnections = null;
            kestrel.Limits.MaxConcurrentUpgradedConnections = options.Value.MaxConnections;
            kestrel.Limits.Http2.KeepAlivePingDelay = options.Value.HeaderTimeout;
        });
        builder.AddConnectionLimiter();
        return urls;
    }

    private static void AddCore(IServiceCollection services)
    {
        // Released when the response is written.
        services.AddScoped(static request => request.GetRequiredService<ReadBudget>().OpenLease());
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<LiveEventHub>();
        services.AddSingleton<TrafficMeter>();
        services.AddSingleton<LabelCatalog>();
        services.AddSingleton<TextAppender>();
        services.AddSingleton<PredictionAppender>();
        services.AddSingleton<FeedbackAppender>();
        services.AddSingleton<InteractiveClassifier>();
        services.AddSingleton<TokenizationClient>();
        services.AddSingleton<RulesPreviewClient>();
        services.AddSingleton<ModelRequestClient>();
        services.AddSingleton<TextEmbeddingsPredictor>();
        services.AddSingleton<TextEmbeddingsTokenizer>();
        services.AddSingleton<SubjectErasure>();
        services.AddSingleton<AnnotationIndex>();
        services.AddSingleton<LabellingSampleReader>();
        services.AddSingleton<AnnotationQueue>();
        services.AddSingleton<LabelWithdrawal>();
        services.AddSingleton<LabelUpload>();
        services.AddSingleton<AlertLog>();
        services.AddSingleton<AlertReader>();
        services.AddSingleton<AlertDirectory>();
        services.AddSingleton<AlertActionWriter>();
        services.AddFollower<AlertActionFollower>();
        services.AddFollower<NotificationFollower>();
        services.AddScoped<RulesInEffect>();
        services.AddScoped<FairnessStates>();
        services.AddSingleton<AuditReader>();
        services.AddSingleton<SettingsReader>();
        services.AddHostedService<OutputFollower>();
    }

    private static void AddFollower<T>(this IServiceCollection services) where T : class, IHostedService =>
        services.AddSingleton<T>().AddHostedService(static provider => provider.GetRequiredService<T>());

    private static void AddStatus(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(static provider => new ServiceHealth(
            provider.GetRequiredService<IEventLog>(), provider.GetRequiredService<Readiness>(), provider.GetRequiredService<Supervisor>(),
            provider.GetRequiredService<UnusableRecords>(), provider.GetRequiredService<TimeProvider>())
        {
            OwnInstance = provider.GetRequiredService<ProcessIdentity>().Instance,
        });
        // No other process shares an embedded log.
        if (EventLogFactory.ResolveEngine(builder.Configuration) == EventLogOptions.Kafka)
            builder.Services.AddHostedService(static provider => provider.GetRequiredService<ServiceHealth>());
        builder.Services.AddSingleton<StateStoreStatus>();
        builder.Services.AddSingleton<StatusReader>();
        builder.Services.AddHostedService<LedgerRefresh>();
        builder.Services.AddHostedService<StateStoreMonitor>();
    }

    private static void AddHttp(IServiceCollection services)
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
        services.AddRateLimits();
        services.AddBodyDecompression();
        foreach (var format in TextEmbeddingsEndpoints.ErrorFormats.Append(OpenInferenceEndpoints.ErrorFormat))
            services.AddSingleton(format);
        services.AddApiDocument();
    }
}
