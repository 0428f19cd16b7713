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

namespace StreamBert.Gateway.Security.SignIn;

/// <summary>The page where people sign in to the dashboard, by an API key or at the identity provider, and out again.</summary>
internal static class SignInEndpoints
{
    public const string Path = "/sign-in";
    public const string OutPath = "/sign-out";
    public const string OidcPath = "/sign-in/oidc";
    public const string ReturnParameter = "return";
    public const string RoleParameter = "role";
    public const string ProblemParameter = "problem";
    public const string KeyField = "key";
    private const int LongestForm = 16 * 1024;

    public static void MapSignIn(this WebApplication app, OidcOptions oidc)
    {
        // The forms carry antiforgery tokens, which are checked here so that a refusal is a page and not a bare 400.
        var pages = app.MapGroup("").OpenToAll().DisableAntiforgery().ExcludeFromDescription().RequireRateLimiting(RateLimits.SignIns)
            .WithMetadata(new RequestSizeLimitAttribute(LongestForm));
        pages.MapGet(Path, (Delegate)ShowAsync); // as a RequestDelegate its answer would be dropped
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

    /// <summary>A path of this site; whatever else was given: the overview.</summary>
    public static string Local(string? path)
        => path is ['/', not ('/' or '\\'), ..] && !path.Contains('\\') && !path.Any(char.IsControl) ? path : "/";

    /// <summary>Begins a session of its own, whoever was signed in before, and gives its cookie to the browser.</summary>
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
            await SameSiteRedirect.ToAsync(context, context.Request.Path + context.Request.QueryString);
            return Results.Empty;
        }
        return Page(
            context,
            context.Request.Query[ReturnParameter],
            context.Request.Query[ProblemParameter] == "provider" ? "The identity provider did not let you in." : null);
    }

    private static async Task<IResult> EnterAsync(HttpContext context, IAntiforgery antiforgery, ApiKeys keys, SignInFailures failed)
    {
        if (await FormAsync(context, antiforgery) is not { } form)
            return Page(context, null, "This page had become too old. Please enter the key again.");
        var key = form[KeyField].ToString().Trim();
        if (keys.Find(key) is not { } holder)
        {
            await failed.NoteAsync(context, AuthenticationSchemeNames.Key);
            return Page(context, form[ReturnParameter], "That key is not known here.");
        }
        await SignInAsync(context, holder);
        return Results.LocalRedirect(Local(form[ReturnParameter]));
    }

    private static async Task<IResult> LeaveAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (await FormAsync(context, antiforgery) is null)
            return Page(context, null, "This page had become too old. Please sign out again.");
        context.RequestServices.GetRequiredService<SessionStore>().End(context.User);
        await context.SignOutAsync(AuthenticationSchemeNames.Cookie);
        return Results.LocalRedirect(Path);
    }

    /// <returns>Null if it is no form of this Gateway's pages.</returns>
    private static async Task<IFormCollection?> FormAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (!context.Request.HasFormContentType) return null;
        try
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted); // before the token is looked for in it, which would hide why it cannot be read
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
            [nameof(SignInPage.Problem)] = problem ?? Missing(context),
            [nameof(SignInPage.Who)] = context.User.Identity?.IsAuthenticated == true ? context.User : null,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest };
    }

    private static string? Missing(
        HttpContext context) => context.User.Identity?.IsAuthenticated == true && context.Request.Query[RoleParameter].ToString() is var role && Roles.All.Contains(role)
        ? $"That page needs the role '{role}', which you do not have."
        : null;
}
