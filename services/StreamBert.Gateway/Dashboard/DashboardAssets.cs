using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.Extensions.FileProviders;

namespace StreamBert.Gateway.Dashboard;

/// <summary>
/// Finds the static files of the dashboard. They belong to this program, whatever directory and environment it is started in: the runtime
/// manifest lists them in the output of a build, and the folder <c>wwwroot</c> beside the assembly holds them in a published program.
/// </summary>
internal static class DashboardAssets
{
    private const string GatewayAssembly = "StreamBert.Gateway";

    public static void Use(WebApplicationBuilder builder)
    {
        if (FindManifest(builder.Environment, "runtime") is { } manifest)
        {
            builder.Configuration[WebHostDefaults.StaticWebAssetsKey] = manifest;
            StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
        }
        else if (Path.Combine(AppContext.BaseDirectory, "wwwroot") is var root && Directory.Exists(root))
        {
            builder.Environment.WebRootFileProvider = new PhysicalFileProvider(root);
        }
    }

    /// <exception cref="InvalidOperationException">The build output is incomplete.</exception>
    public static string GetEndpointManifest(IWebHostEnvironment environment) => FindManifest(environment, "endpoints")
        ?? throw new InvalidOperationException(
            $"{AppContext.BaseDirectory} lacks the dashboard's file list {environment.ApplicationName}.staticwebassets.endpoints.json. "
            + "Build or publish the whole project; the file belongs next to its assembly.");

    /// <summary>Finds the manifest of the program that hosts the Gateway, else that of the Gateway, as in the process of a test.</summary>
    private static string? FindManifest(IWebHostEnvironment environment, string kind) =>
        new[] { environment.ApplicationName, GatewayAssembly }
            .Select(name => Path.Combine(AppContext.BaseDirectory, $"{name}.staticwebassets.{kind}.json"))
            .FirstOrDefault(File.Exists);
}
