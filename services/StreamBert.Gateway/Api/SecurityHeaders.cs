namespace StreamBert.Gateway.Api;

/// <summary>Headers that keep browsers from loading or framing what is not ours.</summary>
internal static class SecurityHeaders
{
    /// <summary>Inline scripts and styles are Blazor's import map, MudBlazor's theme and the API page's; everything else comes from here.</summary>
    private const string ContentPolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = ContentPolicy;
        return next(context);
    });
}
