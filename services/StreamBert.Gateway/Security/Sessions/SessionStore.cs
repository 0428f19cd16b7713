using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Keys;

namespace StreamBert.Gateway.Security.Sessions;

/// <summary>
/// Holds the sign-ins of this process. The cookie contains only the id of an entry here: without the entry it is invalid, so that a
/// sign-out ends it in every tab and for every copy. The entries are in memory and limited in number: a restart signs everybody out, and
/// each Gateway has its own.
/// </summary>
internal sealed class SessionStore(ApiKeys keys, TimeProvider time, IOptions<GatewayOptions> options)
{
    private readonly ConcurrentDictionary<string, Session> _sessions = [];

    public int Count => _sessions.Count;

    /// <summary>Signs a person in. At the maximum, the session that was used least recently ends.</summary>
    /// <returns>The principal for the cookie.</returns>
    public ClaimsPrincipal Open(ClaimsPrincipal principal, string? subject = null, string? providerSession = null)
    {
        var session = new Session(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), subject, providerSession)
        {
            End = new(options.Value.SessionLifetime, time),
            LastUsed = time.GetTimestamp(),
        };
        while (_sessions.Count >= options.Value.MaxSessions && _sessions.Values.MinBy(static old => old.LastUsed) is { } oldest)
            End(oldest.Id);
        _sessions[session.Id] = session;
        session.End.Token.UnsafeRegister(_ => _sessions.TryRemove(session.Id, out Session? _), null);
        if (principal.FindFirst(CredentialClaims.KeyClaim)?.Value is { } key)
            keys.GetEnd(key).UnsafeRegister(_ => End(session.Id), null);
        return principal.WithCredential(CredentialClaims.SessionClaim, session.Id);
    }

    /// <summary>Extends a session.</summary>
    /// <returns>False if it has ended.</returns>
    public bool TryRenew(ClaimsPrincipal principal)
    {
        if (Of(principal) is not { } session || session.End.IsCancellationRequested) return false;
        session.LastUsed = time.GetTimestamp();
        session.End.CancelAfter(options.Value.SessionLifetime);
        return true;
    }

    /// <summary>Signs a person out in every tab.</summary>
    public void End(ClaimsPrincipal principal)
    {
        if (Of(principal) is { } session) End(session.Id);
    }

    /// <summary>Ends one session of the identity provider or, if it names none, all sessions of a person.</summary>
    public int EndProviderSession(string? providerSession, string? subject)
    {
        var ended = _sessions.Values.Where(session => providerSession is not null
            ? session.ProviderSession == providerSession
            : subject is not null && session.Subject == subject).ToList();
        ended.ForEach(session => End(session.Id));
        return ended.Count;
    }

    /// <summary>Gets a token that is cancelled when the session ends; it is already cancelled if there is none with this id.</summary>
    public CancellationToken GetEnd(string id) => _sessions.TryGetValue(id, out var session) ? session.End.Token : new(canceled: true);

    private Session? Of(ClaimsPrincipal principal)
        => principal.FindFirst(CredentialClaims.SessionClaim)?.Value is { } id ? _sessions.GetValueOrDefault(id) : null;

    private void End(string id)
    {
        if (_sessions.TryRemove(id, out var session)) session.End.Cancel();
    }
}
