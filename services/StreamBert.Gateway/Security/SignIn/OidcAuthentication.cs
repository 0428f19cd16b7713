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

/// <summary>Bearer tokens of an identity provider, and signing in there (OpenID Connect Core 1.0, code flow with PKCE, RFC 7636).</summary>
internal static class OidcAuthentication
{
    public const string CallbackPath = "/sign-in/callback";

    /// <exception cref="ConfigurationException">A setting is missing or cannot be used.</exception>
    public static void Add(AuthenticationBuilder authentication, OidcOptions oidc)
    {
        if (!oidc.IsConfigured) return;
        if (!Uri.TryCreate(oidc.Authority, UriKind.Absolute, out var authority)
            || authority.Scheme != Uri.UriSchemeHttps && !authority.IsLoopback)
        {
            throw new ConfigurationException($"Gateway:Oidc:Authority is '{oidc.Authority}'; give the https address of the issuer.");
        }

        if (string.IsNullOrWhiteSpace(oidc.Audience ?? oidc.ClientId))
        {
            throw new ConfigurationException(
                "Gateway:Oidc has neither Audience nor ClientId; without one, tokens made for any other service would count here.");
        }

        authentication.AddJwtBearer(AuthenticationSchemeNames.Token, token => SetUp(token, oidc, authority));
        if (oidc.SignsPeopleIn) authentication.AddOpenIdConnect(AuthenticationSchemeNames.Oidc, people => SetUp(people, oidc, authority));
    }

    private static void SetUp(JwtBearerOptions token, OidcOptions oidc, Uri authority)
    {
        (token.Authority, token.RequireHttpsMetadata, token.MapInboundClaims) = (oidc.Authority, !authority.IsLoopback, false);
        token.TokenValidationParameters.ValidAudience = oidc.Audience ?? oidc.ClientId;
        token.Events = new()
        {
            OnTokenValidated = context =>
            {
                context.Principal = Known(context.Principal!, oidc).LetInUntil(
                    context.Properties.ExpiresUtc ?? context.SecurityToken.ValidTo);
                return Task.CompletedTask;
            },
            OnAuthenticationFailed = context =>
            {
                context.Fail(Why(context.Exception, oidc));
                return Task.CompletedTask;
            },
        };
    }

    private static string Why(Exception failure, OidcOptions oidc) => failure switch
    {
        SecurityTokenExpiredException => "The token has expired; get a new one.",
        SecurityTokenInvalidAudienceException => "The token was made for another service (see Gateway:Oidc:Audience).",
        _ => $"The token is not one that {oidc.Authority} (Gateway:Oidc:Authority) has signed, or its keys could not be had from there.",
    };

    private static void SetUp(OpenIdConnectOptions people, OidcOptions oidc, Uri authority)
    {
        (people.Authority, people.RequireHttpsMetadata, people.MapInboundClaims) = (oidc.Authority, !authority.IsLoopback, false);
        (people.ClientId, people.ClientSecret, people.CallbackPath, people.SignInScheme) = (oidc.ClientId, oidc
            .ClientSecret, CallbackPath, AuthenticationSchemeNames.Cookie);
        (people.ResponseType, people.ResponseMode, people.UsePkce) = (OpenIdConnectResponseType.Code, OpenIdConnectResponseMode
            .Query, true);
        // The answer comes as a link that is followed, so these two need not be sent along with anybody's forms.
        people.CorrelationCookie.SameSite = people.NonceCookie.SameSite = SameSiteMode.Lax;
        people.CorrelationCookie.SecurePolicy = people.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        people.Events = new() { OnTicketReceived = context => LetInAsync(context, oidc), OnRemoteFailure = RefuseAsync };
    }

    private static async Task LetInAsync(TicketReceivedContext context, OidcOptions oidc)
    {
        var given = context.Principal!;
        await SignInEndpoints.SignInAsync(context.HttpContext, Known(given, oidc), given.FindFirst("sub")?.Value, given.FindFirst("sid")?.Value);
        await SameSiteRedirect.ToAsync(context.HttpContext, SignInEndpoints.Local(context.ReturnUri));
        context.HandleResponse();
    }

    private static async Task RefuseAsync(RemoteFailureContext context)
    {
        await context.HttpContext.RequestServices.GetRequiredService<SignInFailures>().NoteAsync(context.HttpContext, AuthenticationSchemeNames.Oidc);
        context.Response.Redirect($"{SignInEndpoints.Path}?{SignInEndpoints.ProblemParameter}=provider");
        context.HandleResponse();
    }

    /// <summary>The person as this Gateway knows them: a name and the roles that exist here, nothing else of the token.</summary>
    private static ClaimsPrincipal Known(ClaimsPrincipal given, OidcOptions oidc)
    {
        var name = given.FindFirst(oidc.NameClaim)?.Value ?? given.FindFirst("sub")?.Value ?? "unnamed";
        var roles = given.FindAll(oidc.RolesClaim).SelectMany(static claim => claim.Value.Split(' ')).Intersect(Roles.All);
        return Actor.User(name, roles);
    }
}
