using System.Globalization;
using System.Security.Claims;

namespace StreamBert.Gateway.Identity;

/// <summary>
/// Stores the credential of a client in claims of the principal: the API key or session, and the expiry of a token. Long-running requests
/// (event streams, connections of the dashboard) end with it.
/// </summary>
internal static class CredentialClaims
{
    /// <summary>The type of the claim with the id of the API key.</summary>
    public const string KeyClaim = "streambert:key";

    /// <summary>The type of the claim with the id of the session.</summary>
    public const string SessionClaim = "streambert:session";

    private const string ExpiresClaim = "streambert:expires";

    /// <summary>Creates the principal of a client that authenticates with this key or session and no other.</summary>
    public static ClaimsPrincipal WithCredential(
        this ClaimsPrincipal principal,
        string claim,
        string id) => new(principal.Identities.Select(identity => new ClaimsIdentity(
        identity.Claims.Where(static held => held.Type is not (KeyClaim or SessionClaim)).Append(new(claim, id)), identity
            .AuthenticationType, identity.NameClaimType, identity.RoleClaimType)));

    /// <summary>Adds the expiry of a token; null for none.</summary>
    public static ClaimsPrincipal WithExpiry(this ClaimsPrincipal principal, DateTimeOffset? end)
    {
        if (end is { } at && principal.Identity is ClaimsIdentity identity)
            identity.AddClaim(new(ExpiresClaim, at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)));
        return principal;
    }

    public static DateTimeOffset? Expires(ClaimsPrincipal principal) =>
        long.TryParse(principal.FindFirst(ExpiresClaim)?.Value, CultureInfo.InvariantCulture, out var at)
            ? DateTimeOffset.FromUnixTimeMilliseconds(at)
            : null;
}
