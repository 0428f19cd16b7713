using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using StreamBert.Gateway.Api;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Gateway.Security;

/// <summary>Why the credentials of a request were refused.</summary>
internal sealed record RefusedCredentials(string Why);

/// <summary>Composes who may do what.</summary>
internal static class SecurityHosting
{
    private const string CookieName = "streambert";
    private static readonly TimeSpan SignedIn = TimeSpan.FromHours(12);

    /// <exception cref="ConfigurationException">A key or the issuer cannot be used, or the Gateway would be open to a network without them.</exception>
    public static void AddSecurity(this WebApplicationBuilder builder, string urls)
    {
        var (keys, oidc) = Read(builder.Configuration);
        var authenticated = !keys.IsEmpty || oidc.IsConfigured;
        Exposure.Check(builder, urls, authenticated);
        builder.Services.AddSingleton(keys);
        builder.Services.AddSingleton<FailedSignIns>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, Refusals>();
        builder.Services.AddAuthorization(Roles.AddPolicies);
        AddSchemes(builder.Services.AddAuthentication(authenticated ? Schemes.Chosen : Schemes.Everybody), oidc, authenticated);
        // Its lines hold whole addresses, with whatever somebody puts there.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        // At the first start it warns that the key of the cookies is kept as it is; it lies in the user's own folder, and nobody at that start can do anything about it.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
    }

    /// <summary>In this order: a flood is stopped before it is judged, and judged by the actor.</summary>
    public static void UseSecurity(this WebApplication app)
    {
        app.Use(RefuseKeysInAddressesAsync);
        app.UseAuthentication();
        app.Use(NoteRefusedAsync);
        app.Use(SameOrigin.CheckAsync);
        app.UseRateLimiter();
        app.UseAuthorization();
    }

    private static (ApiKeys Keys, OidcOptions Oidc) Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(GatewayOptions.Section);
        try
        {
            var keys = section.GetSection(nameof(GatewayOptions.ApiKeys)).Get<List<ApiKeyOptions>>(static binder => binder.ErrorOnUnknownConfiguration = true);
            var oidc = section.GetSection(nameof(GatewayOptions.Oidc)).Get<OidcOptions>(static binder => binder.ErrorOnUnknownConfiguration = true);
            return (new(keys ?? []), oidc ?? new());
        }
        catch (InvalidOperationException e)
        {
            throw new ConfigurationException($"Gateway:ApiKeys or Gateway:Oidc cannot be read: {e.Message}", e);
        }
    }

    private static void AddSchemes(AuthenticationBuilder authentication, OidcOptions oidc, bool authenticated)
    {
        authentication.AddPolicyScheme(Schemes.Chosen, null, chosen => chosen.ForwardDefaultSelector = context => Schemes.Choose(context.Request, oidc.IsConfigured));
        authentication.AddScheme<AuthenticationSchemeOptions, KeyHandler>(Schemes.Key, null);
        authentication.AddCookie(Schemes.Cookie, static cookie =>
        {
            (cookie.Cookie.Name, cookie.Cookie.HttpOnly, cookie.Cookie.SameSite) = (CookieName, true, SameSiteMode.Strict);
            (cookie.ExpireTimeSpan, cookie.SlidingExpiration) = (SignedIn, true);
        });
        if (authenticated) Oidc.Add(authentication, oidc);
        else authentication.AddScheme<AuthenticationSchemeOptions, EverybodyHandler>(Schemes.Everybody, null);
    }

    /// <summary>Addresses end up in logs and histories everywhere.</summary>
    private static Task RefuseKeysInAddressesAsync(HttpContext context, RequestDelegate next) =>
        context.Request.Query.SelectMany(static parameter => parameter.Value).Any(context.RequestServices.GetRequiredService<ApiKeys>().IsSecret)
            ? Problems.WriteAsync(context, Problems.Create(
                context, StatusCodes.Status400BadRequest, "key-in-address", "A key must not stand in an address",
                "Addresses are written into logs and histories. Take this key out of Gateway:ApiKeys, make a new one, and send it as 'Authorization: Bearer KEY'."))
            : next(context);

    private static async Task NoteRefusedAsync(HttpContext context, RequestDelegate next)
    {
        if (Schemes.HasCredentials(context.Request) && (await context.AuthenticateAsync()).Failure is { } failure)
        {
            context.Features.Set(new RefusedCredentials(failure.Message));
            await context.RequestServices.GetRequiredService<FailedSignIns>().NoteAsync(context, Schemes.Choose(context.Request, tokens: true));
        }
        await next(context);
    }
}
