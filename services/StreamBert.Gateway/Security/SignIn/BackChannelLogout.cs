using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using StreamBert.Gateway.Security.Authentication;
using StreamBert.Gateway.Security.Sessions;

namespace StreamBert.Gateway.Security.SignIn;

/// <summary>Ends the sessions of a person who has signed out at the identity provider (OpenID Connect Back-Channel Logout 1.0).</summary>
internal static class BackChannelLogout
{
    public const string Path = "/sign-out/provider";
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    public static async Task<IResult> EndAsync(HttpContext context, SessionStore sessions, IOptionsMonitor<OpenIdConnectOptions> options)
    {
        context.Response.Headers.CacheControl = "no-store";
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
        if (form?["logout_token"].ToString() is not { Length: > 0 } token) return Reject("logout_token is missing.");
        var validated = await ValidateAsync(token, options.Get(AuthenticationSchemeNames.Oidc), context.RequestAborted);
        if (validated is null) return Reject("The logout token is not signed by the provider for this client.");
        if (!IsLogoutToken(validated)) return Reject("The token is not a logout token.");
        sessions.EndProviderSession(Text(validated, "sid"), Text(validated, "sub"));
        return Results.Ok();
    }

    private static IResult Reject(string why)
        => Results.Json(new { error = "invalid_request", error_description = why }, statusCode: StatusCodes.Status400BadRequest);

    /// <returns>The claims; null if the token is invalid or the keys of the provider cannot be fetched.</returns>
    private static async Task<IDictionary<string, object>?> ValidateAsync(
        string token,
        OpenIdConnectOptions options,
        CancellationToken cancellation)
    {
        try
        {
            var provider = await options.ConfigurationManager!.GetConfigurationAsync(cancellation);
            var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
            {
                ValidIssuer = provider.Issuer,
                ValidAudience = options.ClientId,
                IssuerSigningKeys = provider.SigningKeys,
            });
            return result.IsValid ? result.Claims : null;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// Distinguishes a logout token from an id token, which a browser has: the id token has a nonce, the logout token the event.
    /// </summary>
    private static bool IsLogoutToken(IDictionary<string, object> claims) =>
        !claims.ContainsKey("nonce") && claims.TryGetValue("events", out var events)
            && $"{events}".Contains(Event, StringComparison.Ordinal)
            && (Text(claims, "sid") ?? Text(claims, "sub")) is not null;

    private static string? Text(IDictionary<string, object> claims, string name)
        => claims.TryGetValue(name, out var value) && value is string { Length: > 0 } text ? text : null;
}
