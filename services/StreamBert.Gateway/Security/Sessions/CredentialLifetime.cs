using System.Globalization;
using System.Security.Claims;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Keys;

namespace StreamBert.Gateway.Security.Sessions;

/// <summary>Ends long-running requests when the credential of their client ends.</summary>
internal sealed class CredentialLifetime(ApiKeys keys, SessionStore sessions, TimeProvider time)
{
    /// <summary>The tolerance with which the validity of a token is checked.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Watches the credential of a client until disposed.</summary>
    public CredentialWatch Watch(ClaimsPrincipal who)
    {
        var key = who.FindFirst(CredentialClaims.KeyClaim)?.Value is { } keyId ? keys.GetEnd(keyId) : default;
        var session = who.FindFirst(CredentialClaims.SessionClaim)?.Value is { } sessionId ? sessions.GetEnd(sessionId) : default;
        return new(CredentialClaims.Expires(who) is { } at ? at + ClockSkew - time.GetUtcNow() : null, time, key, session);
    }

    /// <summary>Watches a credential.</summary>
    internal sealed class CredentialWatch : IDisposable
    {
        private static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(40);
        private readonly CancellationTokenSource _expiry;
        private readonly CancellationTokenSource _ended;

        public CredentialWatch(TimeSpan? left, TimeProvider time, CancellationToken key, CancellationToken session)
        {
            _expiry = new(left switch
            {
                null => Timeout.InfiniteTimeSpan, { } some when some <= TimeSpan.Zero => TimeSpan
                .Zero, { } some => some < MaxTimeout ? some : MaxTimeout
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
