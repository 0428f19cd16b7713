using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace StreamBert.Gateway.Identity;

/// <summary>
/// Lists the roles. <see cref="Admin"/> includes all of them; no other role includes another. Every route names its role; the
/// authorization policies have the names of the roles.
/// </summary>
public static class Roles
{
    /// <summary>Reads predictions, trends, alerts, models, metrics and the dashboard.</summary>
    public const string Read = "read";

    /// <summary>Sends texts, interactively or in bulk.</summary>
    public const string Ingest = "ingest";

    /// <summary>Sends feedback.</summary>
    public const string Annotate = "annotate";

    /// <summary>Names other persons as annotators of feedback; without it, feedback belongs to its sender.</summary>
    public const string AnnotateAs = "annotate-as";

    /// <summary>Acknowledges and silences alerts.</summary>
    public const string Operate = "operate";

    /// <summary>Has all roles, and replays, discards, erases and reads the audit log.</summary>
    public const string Admin = "admin";

    /// <summary>The type of the claims that hold roles.</summary>
    internal const string ClaimType = "streambert:role";

    public static IReadOnlyList<string> All { get; } = [Read, Ingest, Annotate, AnnotateAs, Operate, Admin];

    public static bool May(this ClaimsPrincipal principal, string role) => principal.HasClaim(ClaimType, role)
        || principal.HasClaim(ClaimType, Admin);

    /// <summary>Requires a role.</summary>
    internal static T RequireRole<T>(this T endpoint, string role) where T : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(role).WithMetadata(new RequiredRole(role));

    /// <summary>Allows requests without authentication.</summary>
    internal static T OpenToAll<T>(this T endpoint) where T : IEndpointConventionBuilder =>
        endpoint.AllowAnonymous().WithMetadata(new RequiredRole(null));

    /// <summary>
    /// Adds one policy for each role. A route without a role requires admin; an unknown URL is answered 404 to everybody.
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
