using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.FileProviders;
using MudBlazor.Services;
using StreamBert.Gateway.Api;
using StreamBert.Gateway.Security;

namespace StreamBert.Gateway.Dashboard;

/// <summary>Composes the dashboard: its components, the services they use and its static files.</summary>
public static class DashboardExtensions
{
    private const string OwnName = "StreamBert.Gateway";

    /// <summary>Adds what the pages need. Call it before the host is built.</summary>
    public static WebApplicationBuilder AddDashboard(this WebApplicationBuilder builder)
    {
        UseAssetsOfThisProgram(builder);
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        // Keys guard only what lives as long as this process (a tab's circuit, a sign-in), so none are written to the user's home.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddMudServices();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddScoped<DashboardSession>();
        builder.Services.AddScoped<DashboardActs>();
        builder.Services.AddScoped<TabAccess>();
        builder.Services.AddScoped<CircuitHandler>(static tab => tab.GetRequiredService<TabAccess>());
        return builder;
    }

    /// <summary>Serves the dashboard at <c>/</c> and its files, all of them from this process.</summary>
    public static WebApplication MapDashboard(this WebApplication app)
    {
        var manifest = Manifest(app.Environment, "endpoints") ?? throw new InvalidOperationException(
            $"The dashboard's list of files is missing: no {app.Environment.ApplicationName}.staticwebassets.endpoints.json in {AppContext.BaseDirectory}. "
            + "Build or publish the project whole; the file stands beside its assembly.");
        RefuseTabsWhileStopping(app);
        app.UseAntiforgery();
        app.MapStaticAssets(manifest).OpenToAll();
        var pages = app.MapRazorComponents<App>().AddInteractiveServerRenderMode().WithStaticAssets(manifest).RequireRole(Roles.Read);
        pages.Add(OnlyRead);
        pages.Add(LimitTabs);
        return app;
    }

    /// <summary>The connections of tabs are counted; what loads a page is not.</summary>
    private static void LimitTabs(EndpointBuilder endpoint)
    {
        if (endpoint is not RouteEndpointBuilder { RoutePattern.RawText: { } route } || route.Trim('/') != "_blazor") return;
        endpoint.Metadata.Add(new EnableRateLimitingAttribute(Overload.Tabs));
        endpoint.Metadata.Add(ConcurrencyPerActor.Tabs);
    }

    /// <summary>
    /// Pages are read and act over their circuit; none takes a form, so what is posted to their addresses is not for them.
    /// </summary>
    private static void OnlyRead(EndpointBuilder page)
    {
        if (page.Metadata.OfType<HttpMethodMetadata>()
            .FirstOrDefault(static methods => methods.HttpMethods.Contains(HttpMethods.Get)) is not { } both)
        {
            return;
        }

        page.Metadata.Remove(both);
        page.Metadata.Add(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
    }

    /// <summary>
    /// A tab whose circuit ends with the shutdown reconnects at once; let in, it would hold the process up until its shutdown timeout.
    /// </summary>
    private static void RefuseTabsWhileStopping(WebApplication app) => app.Use((context, next) =>
    {
        if (!app.Lifetime.ApplicationStopping.IsCancellationRequested
            || !context.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    });

    /// <summary>
    /// The files are this program's, whatever directory it is started from and in whatever environment: in a build's output
    /// they are found by the runtime manifest, in a published one they lie in <c>wwwroot</c> beside the assembly.
    /// </summary>
    private static void UseAssetsOfThisProgram(WebApplicationBuilder builder)
    {
        if (Manifest(builder.Environment, "runtime") is { } manifest)
        {
            builder.Configuration[WebHostDefaults.StaticWebAssetsKey] = manifest;
            StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
        }
        else if (Path.Combine(AppContext.BaseDirectory, "wwwroot") is var root && Directory.Exists(root))
        {
            builder.Environment.WebRootFileProvider = new PhysicalFileProvider(root);
        }
    }

    /// <summary>The manifest of the program that hosts the Gateway, else the Gateway's own (as in a test's process).</summary>
    private static string? Manifest(IWebHostEnvironment environment, string kind) => new[] { environment.ApplicationName, OwnName }
        .Select(name => Path.Combine(AppContext.BaseDirectory, $"{name}.staticwebassets.{kind}.json")).FirstOrDefault(File.Exists);
}
