using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Gateway;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Keys;
using StreamBert.Gateway.Security.Sessions;

namespace StreamBert.Tests.Gateway.Security.Sessions;

public sealed class SessionStoreTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ApiKeyOptions _entry = ApiKeys.Create("kim", ["read"]).Entry;
    private readonly ApiKeys _keys;
    private readonly SessionStore _sessions;

    public SessionStoreTests()
    {
        _keys = new([_entry]);
        _sessions = new(_keys, _time, Options.Create(new GatewayOptions { SessionLifetime = TimeSpan.FromHours(1), MaxSessions = 3 }));
    }

    [Fact]
    public void A_session_expires_after_its_last_use_and_notifies_watchers()
    {
        var who = _sessions.Open(Actor.User("anna", ["read"]));
        using var followed = new CredentialLifetime(_keys, _sessions, _time).Watch(who);

        _time.Advance(TimeSpan.FromMinutes(50));
        Assert.True(_sessions.TryRenew(who));
        _time.Advance(TimeSpan.FromMinutes(50));
        Assert.False(followed.Ended.IsCancellationRequested);
        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.True(followed.Ended.IsCancellationRequested);
        Assert.False(_sessions.TryRenew(who));
        Assert.Equal(0, _sessions.Count);
    }

    [Fact]
    public void Each_sign_in_has_its_own_session()
    {
        var (first, second) = (_sessions.Open(Actor.User("anna", ["read"])), _sessions.Open(Actor.User("anna", ["read"])));

        _sessions.End(first);

        Assert.False(_sessions.TryRenew(first));
        Assert.True(_sessions.TryRenew(second));
    }

    [Fact]
    public void At_the_maximum_the_least_recently_used_session_ends()
    {
        var people = Enumerable.Range(0, 3).Select(number => Opened($"p{number}")).ToList();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_sessions.TryRenew(people[0]));

        var one = Opened("one-more");

        Assert.Equal(
            (true, false, true, true),
            (_sessions.TryRenew(people[0]), _sessions.TryRenew(people[1]), _sessions.TryRenew(people[2]), _sessions.TryRenew(one)));

        System.Security.Claims.ClaimsPrincipal Opened(string name)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return _sessions.Open(Actor.User(name, ["read"]));
        }
    }

    [Fact]
    public void A_session_ends_with_the_key_it_was_made_with()
    {
        var who = _sessions.Open(_keys.Find(Key(out var entry))!);
        Assert.True(_sessions.TryRenew(who));

        _keys.Replace([entry, ApiKeys.Create("another", ["admin"]).Entry]);
        Assert.True(_sessions.TryRenew(who)); // others may come and go
        _keys.Replace([]);

        Assert.False(_sessions.TryRenew(who));
    }

    [Fact]
    public void Changed_roles_end_the_sessions_of_a_key()
    {
        var key = Key(out var entry);
        using var followed = new CredentialLifetime(_keys, _sessions, _time).Watch(_keys.Find(key)!);
        entry.Roles.Add("admin");

        Assert.Equal(["lee"], _keys.Replace([entry]));

        Assert.True(followed.Ended.IsCancellationRequested);
        Assert.True(_keys.Find(key)!.May("admin"));
    }

    [Fact]
    public void The_identity_provider_ends_one_session_or_all_of_a_person()
    {
        var first = _sessions.Open(Actor.User("anna", ["read"]), "4711", "s1");
        var second = _sessions.Open(Actor.User("anna", ["read"]), "4711", "s2");
        var other = _sessions.Open(Actor.User("bert", ["read"]), "4712", "s3");

        Assert.Equal(1, _sessions.EndProviderSession("s1", "4711"));
        Assert.Equal((false, true, true), (_sessions.TryRenew(first), _sessions.TryRenew(second), _sessions.TryRenew(other)));
        Assert.Equal(1, _sessions.EndProviderSession(null, "4711"));
        Assert.Equal((false, true), (_sessions.TryRenew(second), _sessions.TryRenew(other)));
        Assert.Equal(0, _sessions.EndProviderSession(null, null));
    }

    [Fact]
    public void A_token_ends_when_it_expires()
    {
        var who = Actor.User("anna", ["read"]).WithExpiry(_time.GetUtcNow() + TimeSpan.FromMinutes(10));
        using var followed = new CredentialLifetime(_keys, _sessions, _time).Watch(who);

        _time.Advance(TimeSpan.FromMinutes(14));
        Assert.False(followed.Ended.IsCancellationRequested); // within the tolerance with which tokens are checked
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.True(followed.Ended.IsCancellationRequested);
    }

    [Fact]
    public void An_unknown_session_has_ended()
    {
        var unknown = Actor.User("anna", ["read"]).WithCredential(CredentialClaims.SessionClaim, "0123456789abcdef");
        using var followed = new CredentialLifetime(_keys, _sessions, _time).Watch(unknown);

        Assert.True(followed.Ended.IsCancellationRequested);
        Assert.False(_sessions.TryRenew(unknown));
    }

    private string Key(out ApiKeyOptions entry)
    {
        (var key, entry) = ApiKeys.Create("lee", ["read"]);
        _keys.Replace([entry]);
        return key;
    }
}
