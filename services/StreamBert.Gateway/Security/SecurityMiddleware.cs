using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Security.Authentication;
using StreamBert.Gateway.Security.Keys;
using StreamBert.Gateway.Security.Sessions;
using StreamBert.Gateway.Security.SignIn;

namespace StreamBert.Gateway.Security;

/// <summary>Adds the middleware of authentication and authorization.</summary>
internal static class SecurityMiddleware
{
    /// <summary>The time for which a tab still receives the redirection to the sign-in page.</summary>
    private static readonly TimeSpan TabCloseDelay = TimeSpan.FromSeconds(1);

    /// <summary>Adds the middleware. Rate limits precede authorization and follow authentication, because they count actors.</summary>
    public static void UseSecurity(this WebApplication app)
    {
        app.Use(RejectKeysInUrlsAsync);
        app.UseAuthentication();
        app.Use(RecordFailureAsync);
        app.Use(SameOriginCheck.CheckAsync);
        app.UseRateLimiter();
        app.UseAuthorization();
        app.Use(CloseTabsAsync);
    }

    /// <summary>Rejects keys in URLs, which are written to logs and histories.</summary>
    private static Task RejectKeysInUrlsAsync(HttpContext context, RequestDelegate next) => HasSecretInUrl(context)
        ? ProblemResponses.WriteAsync(context, CreateKeyInUrlProblem(context))
        : next(context);

    /// <summary>Creates the problem without the URL, which the response would carry into more logs.</summary>
    private static ProblemDetails CreateKeyInUrlProblem(HttpContext context)
    {
        var problem = ProblemResponses.Create(
            context, StatusCodes.Status400BadRequest, "key-in-address", "A URL must not contain a key",
            "URLs are written to logs and histories. Remove this key from Gateway:ApiKeys, create a new one, and send it as "
                + "'Authorization: Bearer KEY'.");
        problem.Instance = null;
        return problem;
    }

    private static bool HasSecretInUrl(HttpContext context)
    {
        var keys = context.RequestServices.GetRequiredService<ApiKeys>();
        return context.Request.Query.SelectMany(static parameter => parameter.Value.Append(parameter.Key)).Any(keys.IsSecret)
            || (context.Request.Path.HasValue && context.Request.Path.Value.Split('/').Any(keys.IsSecret));
    }

    private static async Task RecordFailureAsync(HttpContext context, RequestDelegate next)
    {
        if (AuthenticationSchemeNames.HasCredentials(context.Request) && (await context.AuthenticateAsync()).Failure is { } failure)
        {
            context.Features.Set(new CredentialFailure(failure.Message));
            var scheme = AuthenticationSchemeNames.Select(context.Request, acceptsTokens: true);
            await context.RequestServices.GetRequiredService<SignInFailures>().RecordAsync(context, scheme);
        }
        await next(context);
    }

    /// <summary>
    /// Closes the connection of a dashboard tab a moment after its credential has ended. Until then the dashboard ignores its input and
    /// redirects it to the sign-in
    /// page.
    /// </summary>
    private static async Task CloseTabsAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }
        var services = context.RequestServices;
        using var close = new CancellationTokenSource(Timeout.InfiniteTimeSpan, services.GetRequiredService<TimeProvider>());
        using var closing = close.Token.UnsafeRegister(static context => ((HttpContext)context!).Abort(), context);
        using var credential = services.GetRequiredService<CredentialLifetime>().Watch(context.User);
        using var ended = credential.Ended.UnsafeRegister(static close => ((CancellationTokenSource)close!)
            .CancelAfter(TabCloseDelay), close);
        await next(context);
    }
}
