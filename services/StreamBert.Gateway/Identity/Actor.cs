using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace StreamBert.Gateway.Identity;

/// <summary>Who does something, as the audit log and the rate limits name them.</summary>
public static class Actor
{
    /// <summary>Anybody, where the Gateway knows nobody by name.</summary>
    public const string Anonymous = "anonymous";

    private const int MaxChars = 128;

    /// <returns><c>key:NAME</c>, <c>user:NAME</c>, or <see cref="Anonymous"/>: the prefix keeps a person from passing for a key.</returns>
    public static string Of(ClaimsPrincipal who)
        => who.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } ? name : Anonymous;

    internal static ClaimsPrincipal Key(string name, IEnumerable<string> roles) => Create($"key:{name}", roles, "key");

    internal static ClaimsPrincipal User(string name, IEnumerable<string> roles) => Create($"user:{Held(name)}", roles, "oidc");

    /// <summary>
    /// Names of an identity provider stand in the audit log for ever; of a longer one the beginning, and a digest that tells it from
    /// others.
    /// </summary>
    private static string Held(string name) => name.Length <= MaxChars ? name
        : $"{name[..MaxChars]}…{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16]}";

    /// <summary>Everybody, where no authentication is configured.</summary>
    internal static ClaimsPrincipal Everybody { get; } = Create(Anonymous, [Roles.Admin], Anonymous);

    private static ClaimsPrincipal Create(string name, IEnumerable<string> roles, string how) => new(new ClaimsIdentity(
        [new(ClaimTypes.Name, name), .. roles.Select(static role => new Claim(Roles.ClaimType, role))], how));
}
