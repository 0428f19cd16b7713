using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Authentication;
using StreamBert.Gateway.Security.Keys;
using StreamBert.Gateway.Security.Sessions;
using StreamBert.Gateway.Security.SignIn;
using StreamBert.Streaming.Hosting.Logging;

namespace StreamBert.Gateway.Security;

/// <summary>Composes who may do what.</summary>
internal static class SecurityHosting
{
    private const string CookieName = "streambert";

    /// <summary>Kestrel's events of a body that nobody has read to its end, and of one that ends in what are no trailers.</summary>
    private static readonly int[] UnreadBodies = [32, 67];

    /// <summary>
    /// What ASP.NET Core says, some of it as an error, of requests that are refused: anybody can make any number of them.
    /// </summary>
    private static readonly string[] OfStrangers =
    [
        "Microsoft.AspNetCore.Antiforgery", "Microsoft.AspNetCore.Authentication", "Microsoft.AspNetCore.Authorization", "Microsoft.AspNetCore.HostFiltering",
        "Microsoft.AspNetCore.Http.Connections", "Microsoft.AspNetCore.Http.Result", "Microsoft.AspNetCore.RateLimiting", "Microsoft.AspNetCore.RequestDecompression", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
        "Microsoft.AspNetCore.Server.Kestrel.Connections", "Microsoft.AspNetCore.Server.Kestrel.Http2", "Microsoft.AspNetCore.Server.Kestrel.Https", "Microsoft.AspNetCore.StaticAssets", "Microsoft.AspNetCore.StaticFiles",
        typeof(ApiKeyHandler).FullName!, typeof(AnonymousHandler).FullName!,
    ];

    /// <summary>How long a tab is still told where to go.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <exception cref="ConfigurationException">A key or the issuer cannot be used, or the Gateway would be open to a network without
    /// them.</exception>
    public static void AddSecurity(this WebApplicationBuilder builder, string urls)
    {
        var (keys, oidc) = SecuritySettings.Read(builder.Configuration);
        var authenticated = !keys.IsEmpty || oidc.IsConfigured;
        NetworkExposure.Check(builder, urls, authenticated);
        builder.Services.AddSingleton(keys);
        builder.Services.AddSingleton<SessionStore>();
        builder.Services.AddSingleton<CredentialLifetime>();
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<ApiKeyReloader>(services, builder.Configuration));
        builder.Services.AddSingleton<SignInFailures>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationFailureHandler>();
        builder.Services.AddAuthorization(Roles.AddPolicies);
        AddSchemes(builder.Services.AddAuthentication(authenticated ? AuthenticationSchemeNames.Chosen : AuthenticationSchemeNames.Everybody), oidc, authenticated);
        AddLogging(builder, keys);
    }

    private static void AddLogging(WebApplicationBuilder builder, ApiKeys keys)
    {
        var mask = new SecretMask();
        mask.Recognize(keys.IsSecret);
        builder.Services.Replace(ServiceDescriptor.Singleton(mask));
        var quiet = new DemotedCategories();
        quiet.Add(OfStrangers);
        foreach (var unreadBody in UnreadBodies) quiet.Add("Microsoft.AspNetCore.Server.Kestrel", unreadBody);
        builder.Services.Replace(ServiceDescriptor.Singleton(quiet));
        // Its lines hold whole addresses, with whatever somebody puts there.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        // At the first start it warns that the key of the cookies is kept as it is; it lies in the user's own folder, and nobody at that
        // start can do anything about it.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
    }

    /// <summary>In this order: a flood is stopped before it is judged, and judged by the actor.</summary>
    public static void UseSecurity(this WebApplication app)
    {
        app.Use(RefuseKeysInAddressesAsync);
        app.UseAuthentication();
        app.Use(NoteRefusedAsync);
        app.Use(SameOriginCheck.CheckAsync);
        app.UseRateLimiter();
        app.UseAuthorization();
        app.Use(EndTabsAsync);
    }

    private static void AddSchemes(AuthenticationBuilder authentication, OidcOptions oidc, bool authenticated)
    {
        authentication.AddPolicyScheme(
            AuthenticationSchemeNames.Chosen,
            null,
            chosen => chosen.ForwardDefaultSelector = context => AuthenticationSchemeNames.Choose(context.Request, oidc.IsConfigured));
        authentication.AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(AuthenticationSchemeNames.Key, null);
        authentication.AddCookie(AuthenticationSchemeNames.Cookie, static cookie =>
        {
            (cookie.Cookie.Name, cookie.Cookie.HttpOnly, cookie.Cookie.SameSite) = (CookieName, true, SameSiteMode.Strict);
            cookie.SlidingExpiration = true;
            cookie.Events.OnValidatePrincipal = RefuseEndedAsync;
        });
        authentication.Services.AddOptions<CookieAuthenticationOptions>(AuthenticationSchemeNames.Cookie)
            .Configure<IOptions<GatewayOptions>>(static (cookie, options) => cookie.ExpireTimeSpan = options.Value.SessionLifetime);
        if (authenticated) OidcAuthentication.Add(authentication, oidc);
        else authentication.AddScheme<AuthenticationSchemeOptions, AnonymousHandler>(AuthenticationSchemeNames.Everybody, null);
    }

    /// <summary>A cookie opens something only as long as its session lasts.</summary>
    private static async Task RefuseEndedAsync(CookieValidatePrincipalContext context)
    {
        if (context.Principal is { } who && context.HttpContext.RequestServices.GetRequiredService<SessionStore>().Renew(who)) return;
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(AuthenticationSchemeNames.Cookie);
    }

    /// <summary>Addresses end up in logs and histories everywhere.</summary>
    private static Task RefuseKeysInAddressesAsync(HttpContext context, RequestDelegate next) => HoldsSecret(context)
        ? ProblemResponses.WriteAsync(context, KeyInAddress(context))
        : next(context);

    /// <summary>Without the address, which the answer would carry into yet other logs.</summary>
    private static ProblemDetails KeyInAddress(HttpContext context)
    {
        var problem = ProblemResponses.Create(
            context, StatusCodes.Status400BadRequest, "key-in-address", "A key must not stand in an address",
            "Addresses are written into logs and histories. Take this key out of Gateway:ApiKeys, make a new one, and send it as 'Authorization: Bearer KEY'.");
        problem.Instance = null;
        return problem;
    }

    private static bool HoldsSecret(HttpContext context)
    {
        var keys = context.RequestServices.GetRequiredService<ApiKeys>();
        return context.Request.Query.SelectMany(static parameter => parameter.Value.Append(parameter.Key)).Any(keys.IsSecret)
            || context.Request.Path.HasValue && context.Request.Path.Value.Split('/').Any(keys.IsSecret);
    }

    /// <summary>
    /// The connection of a dashboard's tab is cut a moment after the credential with which it was opened has ended; until then the tab is
    /// led to the sign-in page
    /// (see <see cref="Dashboard.Session.CredentialCircuitHandler"/>, which then ignores what it sends).
    /// </summary>
    private static async Task EndTabsAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }
        var services = context.RequestServices;
        using var cut = new CancellationTokenSource(Timeout.InfiniteTimeSpan, services.GetRequiredService<TimeProvider>());
        using var cutting = cut.Token.UnsafeRegister(static context => ((HttpContext)context!).Abort(), context);
        using var credential = services.GetRequiredService<CredentialLifetime>().Follow(context.User);
        using var ending = credential.Ended.UnsafeRegister(static cut => ((CancellationTokenSource)cut!).CancelAfter(Farewell), cut);
        await next(context);
    }

    private static async Task NoteRefusedAsync(HttpContext context, RequestDelegate next)
    {
        if (AuthenticationSchemeNames.HasCredentials(context.Request) && (await context.AuthenticateAsync()).Failure is { } failure)
        {
            context.Features.Set(new CredentialFailure(failure.Message));
            await context.RequestServices.GetRequiredService<SignInFailures>()
                .NoteAsync(context, AuthenticationSchemeNames.Choose(context.Request, tokens: true));
        }
        await next(context);
    }
}
