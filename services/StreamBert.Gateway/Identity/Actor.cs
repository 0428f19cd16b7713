using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace StreamBert.Gateway.Identity;

/// <summary>Names the actor of a request for the audit log and the rate limits.</summary>
public static class Actor
{
    /// <summary>The name of clients without authentication.</summary>
    public const string Anonymous = "anonymous";

    private const int MaxLength = 128;

    /// <returns><c>key:NAME</c>, <c>user:NAME</c>, or <see cref="Anonymous"/>; the prefix distinguishes a person from a key.</returns>
    public static string Of(ClaimsPrincipal principal)
        => principal.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } ? name : Anonymous;

    internal static ClaimsPrincipal Key(string name, IEnumerable<string> roles) => Create($"key:{name}", roles, "key");

    internal static ClaimsPrincipal User(string name, IEnumerable<string> roles) => Create($"user:{Shorten(name)}", roles, "oidc");

    /// <summary>
    /// Shortens a long name of an identity provider, which the audit log keeps forever, and adds a digest that keeps it unique.
    /// </summary>
    private static string Shorten(string name) => name.Length <= MaxLength ? name
        : $"{name[..MaxLength]}…{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16]}";

    /// <summary>The principal of all clients if no authentication is configured; it has all roles.</summary>
    internal static ClaimsPrincipal AnonymousAdmin { get; } = Create(Anonymous, [Roles.Admin], Anonymous);

    private static ClaimsPrincipal Create(string name, IEnumerable<string> roles, string authenticationType) => new(new ClaimsIdentity(
        [new(ClaimTypes.Name, name), .. roles.Select(static role => new Claim(Roles.ClaimType, role))], authenticationType));
}
