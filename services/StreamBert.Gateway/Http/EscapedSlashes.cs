using Microsoft.AspNetCore.Http.Features;

namespace StreamBert.Gateway.Http;

/// <summary>
/// Lets ids hold slashes. ASP.NET Core decodes a path but for <c>%2F</c>, so that an id would come with those three characters, and nobody
/// could tell it from
/// one that really holds them; under the API's prefixes the path is therefore decoded from what the client sent.
/// </summary>
internal static class EscapedSlashes
{
    private const string Slash = "%2F";
    private static readonly string[] Prefixes = ["/v1/", "/v2/"];

    /// <summary>Before routing, which looks at the path.</summary>
    public static void UseEscapedSlashes(this WebApplication app) => app.Use(static (context, next) =>
    {
        var sent = context.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?')[0] ?? "";
        if (sent.Contains(Slash, StringComparison.OrdinalIgnoreCase)
            && Prefixes.Any(prefix => sent.StartsWith(prefix, StringComparison.Ordinal)))
        {
            context.Request.Path = Uri.UnescapeDataString(sent);
        }

        return next(context);
    });
}
