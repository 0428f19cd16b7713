using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Authentication;
using StreamBert.Gateway.Security.Keys;
using StreamBert.Gateway.Security.Sessions;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Security.SignIn;

/// <summary>Maps the pages where people sign in to the dashboard, with an API key or at the identity provider, and sign out.</summary>
internal static class SignInEndpoints
{
    public const string Path = "/sign-in";
    public const string OutPath = "/sign-out";
    public const string OidcPath = "/sign-in/oidc";
    public const string ReturnParameter = "return";
    public const string RoleParameter = "role";
    public const string ProblemParameter = "problem";
    public const string KeyField = "key";
    private const int MaxFormBytes = 16 * 1024;

    public static void MapSignIn(this WebApplication app, OidcOptions oidc)
    {
        // The antiforgery tokens of the forms are checked here, so that a rejection is a page instead of a bare 400.
        var pages = app.MapGroup("").OpenToAll().DisableAntiforgery().ExcludeFromDescription().RequireRateLimiting(RateLimits.SignIns)
            .WithMetadata(new RequestSizeLimitAttribute(MaxFormBytes));
        pages.MapGet(Path, (Delegate)ShowAsync); // The response of a RequestDelegate would be dropped.
        pages.MapPost(Path, EnterAsync);
        pages.MapPost(OutPath, LeaveAsync);
        if (oidc.SignsPeopleIn)
        {
            pages.MapGet(OidcPath, static (HttpContext context) => Results.Challenge(
                new() { RedirectUri = Local(context.Request.Query[ReturnParameter]) },
                [AuthenticationSchemeNames.Oidc]));
            pages.MapPost(BackChannelLogout.Path, (Delegate)BackChannelLogout.EndAsync);
        }
    }

    /// <summary>Gets a path of this site; the overview for any other value.</summary>
    public static string Local(string? path)
        => path is ['/', not ('/' or '\\'), ..] && !path.Contains('\\') && !path.Any(char.IsControl) ? path : "/";

    /// <summary>Starts a new session, ends the previous one, and sends the cookie.</summary>
    internal static Task SignInAsync(HttpContext context, ClaimsPrincipal who, string? subject = null, string? providerSession = null)
    {
        var sessions = context.RequestServices.GetRequiredService<SessionStore>();
        sessions.End(context.User);
        return context.SignInAsync(AuthenticationSchemeNames.Cookie, sessions.Open(who, subject, providerSession));
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        if (SameSiteRedirect.IsNeeded(context.Request))
        {
            await SameSiteRedirect.WriteAsync(context, context.Request.Path + context.Request.QueryString);
            return Results.Empty;
        }
        return Page(
            context,
            context.Request.Query[ReturnParameter],
            context.Request.Query[ProblemParameter] == "provider" ? L["The identity provider has rejected the sign-in."] : null);
    }

    private static async Task<IResult> EnterAsync(HttpContext context, IAntiforgery antiforgery, ApiKeys keys, SignInFailures failed)
    {
        if (await FormAsync(context, antiforgery) is not { } form)
            return Page(context, null, L["This page has expired. Enter the key again."]);
        var key = form[KeyField].ToString().Trim();
        if (keys.Find(key) is not { } holder)
        {
            await failed.RecordAsync(context, AuthenticationSchemeNames.Key);
            return Page(context, form[ReturnParameter], L["The key is unknown."]);
        }
        await SignInAsync(context, holder);
        return Results.LocalRedirect(Local(form[ReturnParameter]));
    }

    private static async Task<IResult> LeaveAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (await FormAsync(context, antiforgery) is null)
            return Page(context, null, L["This page has expired. Sign out again."]);
        context.RequestServices.GetRequiredService<SessionStore>().End(context.User);
        await context.SignOutAsync(AuthenticationSchemeNames.Cookie);
        return Results.LocalRedirect(Path);
    }

    /// <returns>Null if the form does not come from a page of this Gateway.</returns>
    private static async Task<IFormCollection?> FormAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (!context.Request.HasFormContentType) return null;
        try
        {
            // before the token is looked for in it, which would hide why it cannot be read
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            return await antiforgery.IsRequestValidAsync(context) ? form : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static RazorComponentResult<SignInPage> Page(HttpContext context, string? back, string? problem)
    {
        context.Response.Headers.CacheControl = "no-store";
        return new(new Dictionary<string, object?>
        {
            [nameof(SignInPage.Back)] = Local(back),
            [nameof(SignInPage.Problem)] = problem ?? DescribeMissingRole(context),
            [nameof(SignInPage.Who)] = context.User.Identity?.IsAuthenticated == true ? context.User : null,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest };
    }

    private static string? DescribeMissingRole(
        HttpContext context) => context.User.Identity?.IsAuthenticated == true
            && context.Request.Query[RoleParameter].ToString() is var role && Roles.All.Contains(role)
        ? L["That page requires the role '{0}', which you do not have.", role]
        : null;
}
