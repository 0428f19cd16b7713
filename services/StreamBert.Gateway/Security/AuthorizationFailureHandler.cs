using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Authentication;
using StreamBert.Gateway.Security.SignIn;

namespace StreamBert.Gateway.Security;

/// <summary>Answers unauthorized requests: programs receive a problem document that names the role, browsers the sign-in page.</summary>
internal sealed class AuthorizationFailureHandler : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
            return next(context);
        var role = context.GetEndpoint()?.Metadata.GetMetadata<RequiredRole>()?.Name ?? Roles.Admin;
        var isAuthenticated = context.User.Identity?.IsAuthenticated == true;
        if (IsNavigation(context))
            return RedirectAsync(context, role, isAuthenticated);
        if (!isAuthenticated)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        return ProblemResponses.WriteAsync(context, isAuthenticated ? CreateForbidden(context, role) : CreateUnauthorized(context, role));
    }

    /// <summary>Redirects to the sign-in page and back, unless the browser has only omitted the cookie.</summary>
    private static Task RedirectAsync(HttpContext context, string role, bool isAuthenticated)
    {
        var here = context.Request.PathBase + context.Request.Path + context.Request.QueryString;
        if (SameSiteRedirect.IsNeeded(context.Request))
            return SameSiteRedirect.WriteAsync(context, here);
        var query = new QueryBuilder { { SignInEndpoints.ReturnParameter, here } };
        if (isAuthenticated)
            query.Add(SignInEndpoints.RoleParameter, role);
        context.Response.Redirect(SignInEndpoints.Path + query);
        return Task.CompletedTask;
    }

    private static bool IsNavigation(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && !AuthenticationSchemeNames.HasCredentials(context.Request)
        && !ProblemResponses.IsApi(context) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    private static ProblemDetails CreateUnauthorized(HttpContext context, string role)
    {
        var reason = context.Features.Get<CredentialFailure>()?.Reason ?? "The request has no credentials.";
        return ProblemResponses.Create(
            context, StatusCodes.Status401Unauthorized, "unauthorized", "Authentication is required",
            $"{reason} {context.Request.Method} {context.Request.Path} requires the role '{role}': send an API key as 'Authorization: "
                + "Bearer KEY' or 'X-Api-Key: KEY'.");
    }

    private static ProblemDetails CreateForbidden(HttpContext context, string role) => ProblemResponses.Create(
        context, StatusCodes.Status403Forbidden, "forbidden", "The role is missing",
        $"{context.Request.Method} {context.Request.Path} requires the role '{role}', which {Actor.Of(context.User)} does not have.");
}
