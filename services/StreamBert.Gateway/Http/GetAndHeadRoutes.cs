namespace StreamBert.Gateway.Http;

/// <summary>Routes that load balancers ask with HEAD: the status and headers of GET, without the body.</summary>
internal static class GetAndHeadRoutes
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>The server leaves out the body of an answer to HEAD.</summary>
    public static RouteHandlerBuilder MapGetAndHead(this IEndpointRouteBuilder routes, string pattern, Delegate handler)
        => routes.MapMethods(pattern, Methods, handler);
}
