using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.RateLimiting;
using StreamBert.Gateway.Dashboard.Layout;
using StreamBert.Gateway.Dashboard.Session;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Rules;

namespace StreamBert.Gateway.Dashboard;

/// <summary>Composes the dashboard: its components, the services they use and its static files.</summary>
internal static class DashboardHosting
{
    /// <summary>The configuration key with which Training starts runs; known here when both run in one process.</summary>
    private const string MinimumFeedbackKey = "Training:MinimumFeedback";
    private const string CircuitPath = "_blazor";

    /// <summary>Adds the services of the pages. Call it before the host is built.</summary>
    public static WebApplicationBuilder AddDashboard(this WebApplicationBuilder builder)
    {
        DashboardAssets.Use(builder);
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        // Keys protect only what lives as long as this process (circuits and sign-ins), so none are written to the user's home directory.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddOptions<DashboardOptions>().Configure<IConfiguration>(static (options, configuration) =>
            options.MinimumFeedback = configuration.GetValue<int?>(MinimumFeedbackKey));
        AddSessionServices(builder.Services);
        return builder;
    }

    /// <summary>Serves the dashboard at <c>/</c> and its files, all of them from this process.</summary>
    public static WebApplication MapDashboard(this WebApplication app)
    {
        var manifest = DashboardAssets.GetEndpointManifest(app.Environment);
        RejectCircuitsWhileStopping(app);
        app.UseAntiforgery();
        app.MapStaticAssets(manifest).OpenToAll();
        var pages = app.MapRazorComponents<App>().AddInteractiveServerRenderMode().WithStaticAssets(manifest).RequireRole(Roles.Read);
        pages.Add(AllowOnlyGet);
        pages.Add(LimitCircuits);
        return app;
    }

    /// <summary>Each circuit, that is each browser tab, gets its own instances.</summary>
    private static void AddSessionServices(IServiceCollection services) => services
        .AddScoped<DashboardSession>()
        .AddScoped<StateQueries>()
        .AddScoped<SourceReader>()
        .AddScoped<RulesEditor>()
        .AddScoped<AlertPages>()
        .AddScoped<ChartData>()
        .AddScoped<LiveQueues>()
        .AddScoped<ServiceProblems>()
        .AddScoped<FeedbackProgress>()
        .AddScoped<DashboardActions>()
        .AddScoped<CredentialCircuitHandler>()
        .AddScoped<CircuitHandler>(static provider => provider.GetRequiredService<CredentialCircuitHandler>());

    /// <summary>Limits the number of open circuits; loading a page is not limited.</summary>
    private static void LimitCircuits(EndpointBuilder endpoint)
    {
        if (endpoint is not RouteEndpointBuilder { RoutePattern.RawText: { } route } || route.Trim('/') != CircuitPath)
            return;
        endpoint.Metadata.Add(new EnableRateLimitingAttribute(RateLimits.Tabs));
        endpoint.Metadata.Add(ActorConcurrencyLimit.Tabs);
    }

    /// <summary>Refuses POST requests to pages: a page receives its input over its circuit, never from a form.</summary>
    private static void AllowOnlyGet(EndpointBuilder page)
    {
        var methods = page.Metadata.OfType<HttpMethodMetadata>()
            .FirstOrDefault(static methods => methods.HttpMethods.Contains(HttpMethods.Get));
        if (methods is null)
            return;
        page.Metadata.Remove(methods);
        page.Metadata.Add(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
    }

    /// <summary>
    /// Refuses new circuits during a shutdown. A tab whose circuit ends reconnects at once, which would delay the exit of the process until
    /// the shutdown timeout.
    /// </summary>
    private static void RejectCircuitsWhileStopping(WebApplication app) => app.Use((context, next) =>
    {
        if (!app.Lifetime.ApplicationStopping.IsCancellationRequested
            || !context.Request.Path.StartsWithSegments($"/{CircuitPath}", StringComparison.Ordinal))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    });
}
