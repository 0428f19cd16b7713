namespace StreamBert.Gateway.Security.Authentication;

/// <summary>Lists the authentication schemes and selects the one of a request.</summary>
internal static class AuthenticationSchemeNames
{
    /// <summary>The scheme that selects one of the others by the credentials of the request.</summary>
    public const string Selector = "streambert";
    public const string Key = "key";
    public const string Token = "token";
    public const string Cookie = "cookie";
    public const string Oidc = "oidc";
    public const string Anonymous = "everybody";
    private const string KeyHeader = "X-Api-Key";
    private const string Bearer = "Bearer";

    /// <summary>
    /// Selects the scheme: a key in either header, a token with the three parts of a JWT, or without both the cookie of the dashboard.
    /// </summary>
    public static string Select(HttpRequest request, bool acceptsTokens)
    {
        if (GetCredentials(request) is not { } credentials)
            return Cookie;
        return acceptsTokens && credentials.Count(static letter => letter == '.') == 2 ? Token : Key;
    }

    /// <summary>
    /// Whether the request has credentials that no browser adds by itself. <c>Basic</c> and similar schemes, which browsers add, are for
    /// a proxy in front of the
    /// Gateway.
    /// </summary>
    public static bool HasCredentials(HttpRequest request) => GetCredentials(request) is not null;

    /// <summary>Gets the key or token; empty if its header has none, null without such a header.</summary>
    public static string? GetCredentials(HttpRequest request)
    {
        if (request.Headers.TryGetValue(KeyHeader, out var key))
            return key.ToString();
        var authorization = request.Headers.Authorization.ToString();
        return authorization.Split(' ', 2) is [var scheme, .. var rest] && scheme.Equals(Bearer, StringComparison.OrdinalIgnoreCase)
            ? string.Concat(rest).Trim() : null;
    }
}
