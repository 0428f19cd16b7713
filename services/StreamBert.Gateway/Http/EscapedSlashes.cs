using Microsoft.AspNetCore.Http.Features;

namespace StreamBert.Gateway.Http;

/// <summary>
/// Lets ids in paths contain slashes. ASP.NET Core decodes all of a path except <c>%2F</c>, so that an id with a slash could not be told
/// from one with those three
/// characters. Under the prefixes of the API the path is therefore decoded from the request target.
/// </summary>
internal static class EscapedSlashes
{
    private const string Slash = "%2F";
    private static readonly string[] Prefixes = ["/v1/", "/v2/"];

    /// <summary>Adds the middleware; it must precede routing.</summary>
    public static void UseEscapedSlashes(this WebApplication app) => app.Use(static (context, next) =>
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?')[0] ?? "";
        if (target.Contains(Slash, StringComparison.OrdinalIgnoreCase)
            && Prefixes.Any(prefix => target.StartsWith(prefix, StringComparison.Ordinal)))
        {
            context.Request.Path = Uri.UnescapeDataString(target);
        }

        return next(context);
    });
}
