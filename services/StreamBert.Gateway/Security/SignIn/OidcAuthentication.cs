using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Authentication;
using StreamBert.Streaming.Settings;

namespace StreamBert.Gateway.Security.SignIn;

/// <summary>
/// Registers the bearer tokens of an identity provider, and sign-ins there (OpenID Connect Core 1.0, code flow with PKCE, RFC 7636).
/// </summary>
internal static class OidcAuthentication
{
    public const string CallbackPath = "/sign-in/callback";

    /// <exception cref="ConfigurationException">A setting is missing or invalid.</exception>
    public static void Add(AuthenticationBuilder authentication, OidcOptions oidc)
    {
        if (!oidc.IsConfigured) return;
        if (!Uri.TryCreate(oidc.Authority, UriKind.Absolute, out var authority)
            || authority.Scheme != Uri.UriSchemeHttps && !authority.IsLoopback)
        {
            throw new ConfigurationException($"Gateway:Oidc:Authority is '{oidc.Authority}'; set the https URL of the issuer.");
        }

        if (string.IsNullOrWhiteSpace(oidc.Audience ?? oidc.ClientId))
        {
            throw new ConfigurationException(
                "Gateway:Oidc has neither Audience nor ClientId; without one, tokens for any other service would be accepted.");
        }

        authentication.AddJwtBearer(AuthenticationSchemeNames.Token, token => Configure(token, oidc, authority));
        if (oidc.SignsPeopleIn)
        {
            authentication.AddOpenIdConnect(AuthenticationSchemeNames.Oidc, people =>
            Configure(people, oidc, authority));
        }
    }

    private static void Configure(JwtBearerOptions token, OidcOptions oidc, Uri authority)
    {
        (token.Authority, token.RequireHttpsMetadata, token.MapInboundClaims) = (oidc.Authority, !authority.IsLoopback, false);
        token.TokenValidationParameters.ValidAudience = oidc.Audience ?? oidc.ClientId;
        token.Events = new()
        {
            OnTokenValidated = context =>
            {
                context.Principal = CreatePrincipal(context.Principal!, oidc).WithExpiry(
                    context.Properties.ExpiresUtc ?? context.SecurityToken.ValidTo);
                return Task.CompletedTask;
            },
            OnAuthenticationFailed = context =>
            {
                context.Fail(DescribeFailure(context.Exception, oidc));
                return Task.CompletedTask;
            },
        };
    }

    private static string DescribeFailure(Exception failure, OidcOptions oidc) => failure switch
    {
        SecurityTokenExpiredException => "The token has expired; get a new one.",
        SecurityTokenInvalidAudienceException => "The token is for another service (see Gateway:Oidc:Audience).",
        _ => $"The token is not signed by {oidc.Authority} (Gateway:Oidc:Authority), or the signing keys could not be fetched from there.",
    };

    private static void Configure(OpenIdConnectOptions people, OidcOptions oidc, Uri authority)
    {
        (people.Authority, people.RequireHttpsMetadata, people.MapInboundClaims) = (oidc.Authority, !authority.IsLoopback, false);
        (people.ClientId, people.ClientSecret, people.CallbackPath, people.SignInScheme) = (oidc.ClientId, oidc
            .ClientSecret, CallbackPath, AuthenticationSchemeNames.Cookie);
        (people.ResponseType, people.ResponseMode, people.UsePkce) = (OpenIdConnectResponseType.Code, OpenIdConnectResponseMode
            .Query, true);
        // The response is a link that the browser follows, so that Lax suffices.
        people.CorrelationCookie.SameSite = people.NonceCookie.SameSite = SameSiteMode.Lax;
        people.CorrelationCookie.SecurePolicy = people.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        people.Events = new() { OnTicketReceived = context => SignInAsync(context, oidc), OnRemoteFailure = RejectAsync };
    }

    private static async Task SignInAsync(TicketReceivedContext context, OidcOptions oidc)
    {
        var given = context.Principal!;
        await SignInEndpoints.SignInAsync(context.HttpContext, CreatePrincipal(given, oidc), given.FindFirst("sub")?.Value,
            given.FindFirst("sid")?.Value);
        await SameSiteRedirect.WriteAsync(context.HttpContext, SignInEndpoints.Local(context.ReturnUri));
        context.HandleResponse();
    }

    private static async Task RejectAsync(RemoteFailureContext context)
    {
        await context.HttpContext.RequestServices.GetRequiredService<SignInFailures>()
            .RecordAsync(context.HttpContext, AuthenticationSchemeNames.Oidc);
        context.Response.Redirect($"{SignInEndpoints.Path}?{SignInEndpoints.ProblemParameter}=provider");
        context.HandleResponse();
    }

    /// <summary>Creates the principal from the name and the known roles of a token.</summary>
    private static ClaimsPrincipal CreatePrincipal(ClaimsPrincipal given, OidcOptions oidc)
    {
        var name = given.FindFirst(oidc.NameClaim)?.Value ?? given.FindFirst("sub")?.Value ?? "unnamed";
        var roles = given.FindAll(oidc.RolesClaim).SelectMany(static claim => claim.Value.Split(' ')).Intersect(Roles.All);
        return Actor.User(name, roles);
    }
}
