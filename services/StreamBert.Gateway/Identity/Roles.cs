using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace StreamBert.Gateway.Identity;

/// <summary>
/// What somebody may do. <see cref="Admin"/> holds all of it; none of the others holds another one.
/// Every route names its role where it is mapped; the authorization policies are called as the roles are.
/// </summary>
public static class Roles
{
    /// <summary>See predictions, trends, alerts, models, metrics, the dashboard.</summary>
    public const string Read = "read";

    /// <summary>Send texts, whether their answer is awaited or not.</summary>
    public const string Ingest = "ingest";

    /// <summary>Say what the right label is.</summary>
    public const string Annotate = "annotate";

    /// <summary>Everything, and what only an administrator may: replays, discards, the audit log.</summary>
    public const string Admin = "admin";

    /// <summary>The type of the claims that hold a person's or a key's roles.</summary>
    internal const string ClaimType = "streambert:role";

    public static IReadOnlyList<string> All { get; } = [Read, Ingest, Annotate, Admin];

    public static bool May(this ClaimsPrincipal who, string role) => who.HasClaim(ClaimType, role) || who.HasClaim(ClaimType, Admin);

    /// <summary>Lets in only who has the role.</summary>
    internal static T RequireRole<T>(this T endpoint, string role) where T : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(role).WithMetadata(new RequiredRole(role));

    /// <summary>Lets everybody in, whoever they are.</summary>
    internal static T OpenToAll<T>(this T endpoint) where T : IEndpointConventionBuilder =>
        endpoint.AllowAnonymous().WithMetadata(new RequiredRole(null));

    /// <summary>
    /// One policy a role. A route that names none is the administrator's; an address without a route is answered 404 to anybody.
    /// </summary>
    internal static void AddPolicies(AuthorizationOptions options)
    {
        foreach (var role in All)
            options.AddPolicy(role, policy => policy.RequireAssertion(context => context.User.May(role)));
        options.FallbackPolicy = new AuthorizationPolicyBuilder()
            .RequireAssertion(
                static context => context.User.May(Admin) || context.Resource is HttpContext http && http.GetEndpoint() is null).Build();
    }
}
