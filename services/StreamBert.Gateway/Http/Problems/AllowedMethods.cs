using Microsoft.AspNetCore.Routing.Template;

namespace StreamBert.Gateway.Http.Problems;

/// <summary>
/// The methods that a path can be asked with. In a build's output a route for files stands beside all others, and routing takes it for a
/// candidate: a wrong
/// method then ends as 404. A published program answers 405.
/// </summary>
internal static class AllowedMethods
{
    public static IReadOnlyList<string> Of(HttpContext context) =>
    [
        .. context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => !IsForFiles(route) && new TemplateMatcher(new(route.RoutePattern), []).TryMatch(context.Request.Path, []))
            .SelectMany(static route => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            .Distinct().Order(StringComparer.Ordinal),
    ];

    private static bool IsForFiles(RouteEndpoint route) =>
        route.RoutePattern.Parameters
            .Any(static parameter => parameter.IsCatchAll && parameter.ParameterPolicies.Any(static policy => policy.Content == "file"));
}
