using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Keys;

namespace StreamBert.Gateway.Security.Sessions;

/// <summary>
/// The people who are signed in to this process. The cookie holds no more than the id of a record here: without the record it opens
/// nothing, so
/// signing out ends it in every tab and for whoever has copied it. Kept in memory and bounded: a restart signs everybody out, and each
/// Gateway has its own.
/// </summary>
internal sealed class SessionStore(ApiKeys keys, TimeProvider time, IOptions<GatewayOptions> options)
{
    private readonly ConcurrentDictionary<string, Session> _sessions = [];

    public int Count => _sessions.Count;

    /// <summary>Signs somebody in; where there are too many sessions, the one that was used longest ago ends.</summary>
    /// <returns>The principal for the cookie.</returns>
    public ClaimsPrincipal Open(ClaimsPrincipal who, string? subject = null, string? providerSession = null)
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
        if (who.FindFirst(CredentialClaims.KeyClaim)?.Value is { } key)
            keys.EndOf(key).UnsafeRegister(_ => End(session.Id), null);
        return who.LetInBy(CredentialClaims.SessionClaim, session.Id);
    }

    /// <summary>Whether the session goes on; if so, it lasts from now on anew.</summary>
    public bool Renew(ClaimsPrincipal who)
    {
        if (Of(who) is not { } session || session.End.IsCancellationRequested) return false;
        session.LastUsed = time.GetTimestamp();
        session.End.CancelAfter(options.Value.SessionLifetime);
        return true;
    }

    /// <summary>Signs somebody out, in every tab.</summary>
    public void End(ClaimsPrincipal who)
    {
        if (Of(who) is { } session) End(session.Id);
    }

    /// <summary>Ends what the identity provider says has ended: one of its sessions, or, if it names none, all of a person.</summary>
    public int EndOfProvider(string? providerSession, string? subject)
    {
        var ended = _sessions.Values.Where(session => providerSession is not null
            ? session.ProviderSession == providerSession
            : subject is not null && session.Subject == subject).ToList();
        ended.ForEach(session => End(session.Id));
        return ended.Count;
    }

    /// <summary>Cancelled when the session ends, and if there is none of this id.</summary>
    public CancellationToken EndOf(string id) => _sessions.TryGetValue(id, out var session) ? session.End.Token : new(canceled: true);

    private Session? Of(ClaimsPrincipal who)
        => who.FindFirst(CredentialClaims.SessionClaim)?.Value is { } id ? _sessions.GetValueOrDefault(id) : null;

    private void End(string id)
    {
        if (_sessions.TryRemove(id, out var session)) session.End.Cancel();
    }
}
