using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Authentication;
using StreamBert.Gateway.Security.Keys;
using StreamBert.Gateway.Security.Sessions;
using StreamBert.Gateway.Security.SignIn;
using StreamBert.Streaming.Hosting.Logging;

namespace StreamBert.Gateway.Security;

/// <summary>Registers authentication and authorization.</summary>
internal static class SecurityHosting
{
    private const string CookieName = "streambert";

    /// <summary>Kestrel's events for a body that was not read to its end, and for one with invalid trailers.</summary>
    private static readonly int[] UnreadBodyEvents = [32, 67];

    /// <summary>The log categories of rejected requests, some of them at level Error, of which any client can cause any number.</summary>
    private static readonly string[] RejectionCategories =
    [
        "Microsoft.AspNetCore.Antiforgery", "Microsoft.AspNetCore.Authentication", "Microsoft.AspNetCore.Authorization",
        "Microsoft.AspNetCore.HostFiltering", "Microsoft.AspNetCore.Http.Connections", "Microsoft.AspNetCore.Http.Result",
        "Microsoft.AspNetCore.RateLimiting", "Microsoft.AspNetCore.RequestDecompression", "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests", "Microsoft.AspNetCore.Server.Kestrel.Connections",
        "Microsoft.AspNetCore.Server.Kestrel.Http2", "Microsoft.AspNetCore.Server.Kestrel.Https", "Microsoft.AspNetCore.StaticAssets",
        "Microsoft.AspNetCore.StaticFiles", typeof(ApiKeyHandler).FullName!, typeof(AnonymousHandler).FullName!,
    ];

    /// <exception cref="ConfigurationException">A key or the identity provider is misconfigured, or the Gateway would listen on a network
    /// without them.</exception>
    public static void AddSecurity(this WebApplicationBuilder builder, string urls)
    {
        var (keys, oidc) = SecuritySettings.Read(builder.Configuration);
        var isAuthenticated = !keys.IsEmpty || oidc.IsConfigured;
        NetworkExposure.Check(builder, urls, isAuthenticated);
        builder.Services.AddSingleton(keys);
        builder.Services.AddSingleton<SessionStore>();
        builder.Services.AddSingleton<CredentialLifetime>();
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<ApiKeyReloader>(services, builder.Configuration));
        builder.Services.AddSingleton<SignInFailures>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationFailureHandler>();
        builder.Services.AddAuthorization(Roles.AddPolicies);
        AddSchemes(builder.Services, oidc, isAuthenticated);
        ConfigureLogging(builder, keys);
    }

    private static void AddSchemes(IServiceCollection services, OidcOptions oidc, bool isAuthenticated)
    {
        var authentication = services.AddAuthentication(
            isAuthenticated ? AuthenticationSchemeNames.Selector : AuthenticationSchemeNames.Anonymous);
        authentication.AddPolicyScheme(AuthenticationSchemeNames.Selector, null, selector =>
            selector.ForwardDefaultSelector = context => AuthenticationSchemeNames.Select(context.Request, oidc.IsConfigured));
        authentication.AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(AuthenticationSchemeNames.Key, null);
        authentication.AddCookie(AuthenticationSchemeNames.Cookie, static cookie =>
        {
            (cookie.Cookie.Name, cookie.Cookie.HttpOnly, cookie.Cookie.SameSite) = (CookieName, true, SameSiteMode.Strict);
            cookie.SlidingExpiration = true;
            cookie.Events.OnValidatePrincipal = ValidateSessionAsync;
        });
        services.AddOptions<CookieAuthenticationOptions>(AuthenticationSchemeNames.Cookie)
            .Configure<IOptions<GatewayOptions>>(static (cookie, options) => cookie.ExpireTimeSpan = options.Value.SessionLifetime);
        if (isAuthenticated)
            OidcAuthentication.Add(authentication, oidc);
        else
            authentication.AddScheme<AuthenticationSchemeOptions, AnonymousHandler>(AuthenticationSchemeNames.Anonymous, null);
    }

    private static void ConfigureLogging(WebApplicationBuilder builder, ApiKeys keys)
    {
        var mask = new SecretMask();
        mask.Recognize(keys.IsSecret);
        builder.Services.Replace(ServiceDescriptor.Singleton(mask));
        var demoted = new DemotedCategories();
        demoted.Add(RejectionCategories);
        foreach (var unreadBody in UnreadBodyEvents)
            demoted.Add("Microsoft.AspNetCore.Server.Kestrel", unreadBody);
        builder.Services.Replace(ServiceDescriptor.Singleton(demoted));
        // Its messages contain whole URLs with their query strings.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        // It warns at the first start that the key of the cookies is stored unencrypted; the key is in the user's own directory, and
        // nobody can change that then.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
    }

    /// <summary>Rejects a cookie whose session has ended.</summary>
    private static async Task ValidateSessionAsync(CookieValidatePrincipalContext context)
    {
        if (context.Principal is { } principal && context.HttpContext.RequestServices.GetRequiredService<SessionStore>()
            .TryRenew(principal))
        {
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(AuthenticationSchemeNames.Cookie);
    }
}
