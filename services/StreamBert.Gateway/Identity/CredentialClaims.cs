using System.Globalization;
using System.Security.Claims;

namespace StreamBert.Gateway.Identity;

/// <summary>
/// What let somebody in, as claims of the principal: which API key or sign-in it was, and until when a token counts. Requests that last
/// (event streams, the
/// dashboard's connections) follow it and end with it.
/// </summary>
internal static class CredentialClaims
{
    /// <summary>The type of the claim that holds the id of the API key.</summary>
    public const string KeyClaim = "streambert:key";

    /// <summary>The type of the claim that holds the id of the <see cref="Session"/>.</summary>
    public const string SessionClaim = "streambert:session";

    private const string ExpiresClaim = "streambert:expires";

    /// <summary>The same person or program, let in by this key or session and by no other.</summary>
    public static ClaimsPrincipal LetInBy(
        this ClaimsPrincipal who,
        string claim,
        string id) => new(who.Identities.Select(identity => new ClaimsIdentity(
        identity.Claims.Where(static held => held.Type is not (KeyClaim or SessionClaim)).Append(new(claim, id)), identity
            .AuthenticationType, identity.NameClaimType, identity.RoleClaimType)));

    /// <summary>The same person or program, let in until then; null: there is no end.</summary>
    public static ClaimsPrincipal LetInUntil(this ClaimsPrincipal who, DateTimeOffset? end)
    {
        if (end is { } at && who.Identity is ClaimsIdentity identity)
            identity.AddClaim(new(ExpiresClaim, at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)));
        return who;
    }

    public static DateTimeOffset? Expires(ClaimsPrincipal who) =>
        long.TryParse(who.FindFirst(ExpiresClaim)?.Value, CultureInfo.InvariantCulture, out var at)
            ? DateTimeOffset.FromUnixTimeMilliseconds(at)
            : null;
}
