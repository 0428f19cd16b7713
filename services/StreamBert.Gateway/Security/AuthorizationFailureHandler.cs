using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Authentication;
using StreamBert.Gateway.Security.SignIn;

namespace StreamBert.Gateway.Security;

/// <summary>
/// Answers who may not enter: a program with a problem document that names the role, a person's browser with the sign-in page.
/// </summary>
internal sealed class AuthorizationFailureHandler : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded) return next(context);
        var role = context.GetEndpoint()?.Metadata.GetMetadata<RequiredRole>()?.Name ?? Roles.Admin;
        var known = context.User.Identity?.IsAuthenticated == true;
        if (IsNavigation(context)) return LeadAsync(context, role, known);
        if (!known) context.Response.Headers.WWWAuthenticate = "Bearer";
        return ProblemResponses.WriteAsync(context, known ? Forbidden(context, role) : Unauthorized(context, role));
    }

    /// <summary>To the sign-in page and back, unless the cookie is only left out.</summary>
    private static Task LeadAsync(HttpContext context, string role, bool known)
    {
        var here = context.Request.PathBase + context.Request.Path + context.Request.QueryString;
        if (SameSiteRedirect.IsNeeded(context.Request)) return SameSiteRedirect.ToAsync(context, here);
        var query = new QueryBuilder { { SignInEndpoints.ReturnParameter, here } };
        if (known) query.Add(SignInEndpoints.RoleParameter, role);
        context.Response.Redirect(SignInEndpoints.Path + query);
        return Task.CompletedTask;
    }

    private static bool IsNavigation(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && !AuthenticationSchemeNames.HasCredentials(context.Request) && !ProblemResponses.IsApi(context)
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    private static ProblemDetails Unauthorized(HttpContext context, string role) => ProblemResponses.Create(
        context, StatusCodes.Status401Unauthorized, "unauthorized", "Who are you?",
        $"{Reason(context)} {context.Request.Method} {context.Request.Path} needs the role '{role}': send an API key as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'.");

    private static ProblemDetails Forbidden(HttpContext context, string role) => ProblemResponses.Create(
        context, StatusCodes.Status403Forbidden, "forbidden", "That is not allowed to you",
        $"{context.Request.Method} {context.Request.Path} needs the role '{role}', which {Actor.Of(context.User)} does not have.");

    private static string Reason(HttpContext context)
        => context.Features.Get<CredentialFailure>()?.Why ?? "No credentials came with the request.";
}
