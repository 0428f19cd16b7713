using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Authentication;

namespace StreamBert.Gateway.Security;

/// <summary>
/// Keeps other sites from acting through a browser that is signed in here, or that merely can reach this machine: what a browser sends by
/// itself counts only for requests of the Gateway's own pages (Fetch Metadata, W3C; the Origin header, RFC 6454). A key or a token, which
/// no browser adds by
/// itself, needs no such proof.
/// </summary>
internal static class SameOriginCheck
{
    private const string WebSocket = "websocket";

    public static Task CheckAsync(
        HttpContext context,
        RequestDelegate next) => AuthenticationSchemeNames.HasCredentials(context.Request) || (Acts(context.Request) ? IsOwn(context) : MayRead(context))
        ? next(context)
        : ProblemResponses.WriteAsync(context, ProblemResponses.Create(
            context, StatusCodes.Status403Forbidden, "cross-site", "Another site may not act here",
            "A browser sent this without showing that it comes from a page of this Gateway. A program sends an API key as 'Authorization: Bearer KEY'."));

    private static bool Acts(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)
            || HttpMethods.IsTrace(request.Method))
        || request.Headers.Upgrade.ToString().Equals(WebSocket, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Another site's page cannot see what the API answers, but could have a browser ask for it again and again. It may link to the API and
    /// to pages, though
    /// not to what costs much to answer.
    /// </summary>
    private static bool MayRead(HttpContext context) =>
        context.Request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
        || context.GetEndpoint()?.Metadata.GetMetadata<CostlyRoute>() is null
            && (!ProblemResponses.IsApi(context) || context.Request.Headers["Sec-Fetch-Mode"] == "navigate");

    private static bool IsOwn(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site) return site is "same-origin" or "none";
        if (headers.Origin.ToString() is { Length: > 0 } origin)
        {
            return Uri.TryCreate(origin, UriKind.Absolute, out var from)
                && from.Authority.Equals(context.Request.Host.Value, StringComparison.OrdinalIgnoreCase);
        }

        return Actor.Of(context.User) == Actor.Anonymous; // no browser; but a cookie would have come from one
    }
}
