using System.Security.Claims;

namespace StreamBert.Gateway.Security;

/// <summary>Who does something, as the audit log and the rate limits name them.</summary>
public static class Actor
{
    /// <summary>Anybody, where the Gateway knows nobody by name.</summary>
    public const string Anonymous = "anonymous";

    /// <returns><c>key:NAME</c>, <c>user:NAME</c>, or <see cref="Anonymous"/>: the prefix keeps a person from passing for a key.</returns>
    public static string Of(ClaimsPrincipal who) => who.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } ? name : Anonymous;

    internal static ClaimsPrincipal Key(string name, IEnumerable<string> roles) => Create($"key:{name}", roles, "key");

    internal static ClaimsPrincipal User(string name, IEnumerable<string> roles) => Create($"user:{name}", roles, "oidc");

    /// <summary>Everybody, where no authentication is configured.</summary>
    internal static ClaimsPrincipal Everybody { get; } = Create(Anonymous, [Roles.Admin], Anonymous);

    private static ClaimsPrincipal Create(string name, IEnumerable<string> roles, string how) => new(new ClaimsIdentity(
        [new(ClaimTypes.Name, name), .. roles.Select(static role => new Claim(Roles.ClaimType, role))], how));
}
