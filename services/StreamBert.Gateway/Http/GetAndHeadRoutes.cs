namespace StreamBert.Gateway.Http;

/// <summary>Maps routes that load balancers request with HEAD.</summary>
internal static class GetAndHeadRoutes
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps a route for GET and HEAD. The server omits the body of the response to HEAD.</summary>
    public static RouteHandlerBuilder MapGetAndHead(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        routes.MapMethods(pattern, Methods, handler);
}
