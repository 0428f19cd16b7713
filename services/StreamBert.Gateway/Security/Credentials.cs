using System.Globalization;
using System.Security.Claims;

namespace StreamBert.Gateway.Security;

/// <summary>
/// What let somebody in, as claims of the principal: which API key or sign-in it was, and until when a token counts. Requests that last
/// (event streams, the
/// dashboard's connections) follow it and end with it.
/// </summary>
internal static class Credentials
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

/// <summary>Tells requests that last when the credential ends with which they were made.</summary>
internal sealed class CredentialLifetime(ApiKeys keys, Sessions sessions, TimeProvider time)
{
    /// <summary>A token's validity is checked with this tolerance, too.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Follows what let the caller in, until disposed.</summary>
    public Followed Follow(ClaimsPrincipal who)
    {
        var key = who.FindFirst(Credentials.KeyClaim)?.Value is { } keyId ? keys.EndOf(keyId) : default;
        var session = who.FindFirst(Credentials.SessionClaim)?.Value is { } sessionId ? sessions.EndOf(sessionId) : default;
        return new(Credentials.Expires(who) is { } at ? at + ClockSkew - time.GetUtcNow() : null, time, key, session);
    }

    /// <summary>A credential that is being followed.</summary>
    internal sealed class Followed : IDisposable
    {
        private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);
        private readonly CancellationTokenSource _expiry;
        private readonly CancellationTokenSource _ended;

        public Followed(TimeSpan? left, TimeProvider time, CancellationToken key, CancellationToken session)
        {
            _expiry = new(left switch
            {
                null => Timeout.InfiniteTimeSpan, { } some when some <= TimeSpan.Zero => TimeSpan
                .Zero, { } some => some < LongestTimer ? some : LongestTimer
            }, time);
            _ended = CancellationTokenSource.CreateLinkedTokenSource(key, session, _expiry.Token);
        }

        /// <summary>Cancelled when the key is revoked, the session ended or the token expired.</summary>
        public CancellationToken Ended => _ended.Token;

        public void Dispose()
        {
            _ended.Dispose();
            _expiry.Dispose();
        }
    }
}
