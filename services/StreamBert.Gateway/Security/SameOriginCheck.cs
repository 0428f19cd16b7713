using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Authentication;

namespace StreamBert.Gateway.Security;

/// <summary>
/// Rejects requests that pages of other sites send through a browser that is signed in here, or that can reach this machine. Cookies, and
/// requests without credentials, are accepted from pages of the Gateway only (Fetch Metadata, W3C; the Origin header, RFC 6454). A key or
/// token, which no browser adds by itself, needs no such check.
/// </summary>
internal static class SameOriginCheck
{
    private const string WebSocket = "websocket";

    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var isAllowed = AuthenticationSchemeNames.HasCredentials(context.Request)
            || (ChangesState(context.Request) ? IsSameOrigin(context) : MayRead(context));
        return isAllowed ? next(context) : ProblemResponses.WriteAsync(context, ProblemResponses.Create(
            context, StatusCodes.Status403Forbidden, "cross-site", "Cross-site request rejected",
            "A browser sent this request without evidence that it comes from a page of this Gateway. Programs send an API key as "
                + "'Authorization: Bearer KEY'."));
    }

    private static bool ChangesState(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)
            || HttpMethods.IsTrace(request.Method))
        || request.Headers.Upgrade.ToString().Equals(WebSocket, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether a read is allowed. Other sites cannot see the responses of the API, but could make a browser repeat requests. They may
    /// link to the API and to pages,
    /// but not to costly routes.
    /// </summary>
    private static bool MayRead(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none")
            return true;
        return context.GetEndpoint()?.Metadata.GetMetadata<CostlyRoute>() is null
            && (!ProblemResponses.IsApi(context) || headers["Sec-Fetch-Mode"] == "navigate");
    }

    private static bool IsSameOrigin(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
            return site is "same-origin" or "none";
        if (headers.Origin.ToString() is { Length: > 0 } origin)
        {
            return Uri.TryCreate(origin, UriKind.Absolute, out var from)
                && from.Authority.Equals(context.Request.Host.Value, StringComparison.OrdinalIgnoreCase);
        }
        // Without these headers the client is not a browser; a cookie, however, would have come from one.
        return Actor.Of(context.User) == Actor.Anonymous;
    }
}
