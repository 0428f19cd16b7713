using Microsoft.AspNetCore.Routing.Template;

namespace StreamBert.Gateway.Http.Problems;

/// <summary>
/// Finds the methods that a path supports. In a development build the fallback route for files matches every path, so that a wrong method
/// would be answered 404;
/// a published program answers 405.
/// </summary>
internal static class AllowedMethods
{
    public static IReadOnlyList<string> Of(HttpContext context) =>
    [
        .. context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => !IsFileRoute(route) && new TemplateMatcher(new(route.RoutePattern), []).TryMatch(context.Request.Path, []))
            .SelectMany(static route => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            .Distinct().Order(StringComparer.Ordinal),
    ];

    private static bool IsFileRoute(RouteEndpoint route) => route.RoutePattern.Parameters.Any(static parameter =>
        parameter.IsCatchAll && parameter.ParameterPolicies.Any(static policy => policy.Content == "file"));
}
