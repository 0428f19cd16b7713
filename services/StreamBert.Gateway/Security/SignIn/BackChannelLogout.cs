using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using StreamBert.Gateway.Security.Authentication;
using StreamBert.Gateway.Security.Sessions;

namespace StreamBert.Gateway.Security.SignIn;

/// <summary>
/// The identity provider tells that somebody has signed out there, or may not sign in any more (OpenID Connect Back-Channel Logout 1.0):
/// their sessions here end at once.
/// </summary>
internal static class BackChannelLogout
{
    public const string Path = "/sign-out/provider";
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    public static async Task<IResult> EndAsync(HttpContext context, SessionStore sessions, IOptionsMonitor<OpenIdConnectOptions> options)
    {
        context.Response.Headers.CacheControl = "no-store";
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
        if (form?["logout_token"].ToString() is not { Length: > 0 } token) return Refused("logout_token is missing.");
        var validated = await ValidateAsync(token, options.Get(AuthenticationSchemeNames.Oidc), context.RequestAborted);
        if (validated is null) return Refused("The logout token is not one that the provider has signed for this client.");
        if (!Tells(validated)) return Refused("The token is no logout token.");
        sessions.EndOfProvider(Text(validated, "sid"), Text(validated, "sub"));
        return Results.Ok();
    }

    private static IResult Refused(string why)
        => Results.Json(new { error = "invalid_request", error_description = why }, statusCode: StatusCodes.Status400BadRequest);

    /// <returns>The claims; null: it is not valid, or the provider's keys cannot be had.</returns>
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

    /// <summary>An id token, which a browser holds, must not pass for a logout token: the one has a nonce, the other the event.</summary>
    private static bool Tells(IDictionary<string, object> claims) =>
        !claims.ContainsKey("nonce") && claims.TryGetValue("events", out var events)
            && $"{events}".Contains(Event, StringComparison.Ordinal)
            && (Text(claims, "sid") ?? Text(claims, "sub")) is not null;

    private static string? Text(IDictionary<string, object> claims, string name)
        => claims.TryGetValue(name, out var value) && value is string { Length: > 0 } text ? text : null;
}
