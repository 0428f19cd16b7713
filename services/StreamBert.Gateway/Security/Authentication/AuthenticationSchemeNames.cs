using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace StreamBert.Gateway.Security.Authentication;

/// <summary>The ways to say who one is, and which of them a request takes.</summary>
internal static class AuthenticationSchemeNames
{
    /// <summary>Chooses one of the others by what the request carries.</summary>
    public const string Chosen = "streambert";
    public const string Key = "key";
    public const string Token = "token";
    public const string Cookie = "cookie";
    public const string Oidc = "oidc";
    public const string Everybody = "everybody";
    private const string KeyHeader = "X-Api-Key";
    private const string Bearer = "Bearer";

    /// <summary>A key in either header; a token has the three parts of a JWT. Without both, the cookie of the dashboard.</summary>
    public static string Choose(HttpRequest request, bool tokens) =>
        !HasCredentials(request) ? Cookie : tokens && Presented(request)?.Count(static letter => letter == '.') == 2 ? Token : Key;

    /// <summary>
    /// Whether the request carries what no browser adds by itself. <c>Basic</c> and the like, which browsers do add, are for a proxy before
    /// the Gateway.
    /// </summary>
    public static bool HasCredentials(HttpRequest request) => Presented(request) is not null;

    /// <returns>The key or token, empty if the header holds none; null without such a header.</returns>
    public static string? Presented(HttpRequest request)
    {
        if (request.Headers.TryGetValue(KeyHeader, out var key)) return key.ToString();
        var authorization = request.Headers.Authorization.ToString();
        return authorization.Split(' ', 2) is [var scheme, .. var rest] && scheme.Equals(Bearer, StringComparison.OrdinalIgnoreCase)
            ? string.Concat(rest).Trim()
            : null;
    }
}
