using System.Globalization;
using System.Security.Claims;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Keys;

namespace StreamBert.Gateway.Security.Sessions;

/// <summary>Tells requests that last when the credential ends with which they were made.</summary>
internal sealed class CredentialLifetime(ApiKeys keys, SessionStore sessions, TimeProvider time)
{
    /// <summary>A token's validity is checked with this tolerance, too.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Follows what let the caller in, until disposed.</summary>
    public Followed Follow(ClaimsPrincipal who)
    {
        var key = who.FindFirst(CredentialClaims.KeyClaim)?.Value is { } keyId ? keys.EndOf(keyId) : default;
        var session = who.FindFirst(CredentialClaims.SessionClaim)?.Value is { } sessionId ? sessions.EndOf(sessionId) : default;
        return new(CredentialClaims.Expires(who) is { } at ? at + ClockSkew - time.GetUtcNow() : null, time, key, session);
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
