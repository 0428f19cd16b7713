using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security;
using StreamBert.Gateway.Security.Keys;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Settings;

namespace StreamBert.Tests.Gateway.Security.Keys;

public sealed class ApiKeysTests
{
    [Fact]
    public void A_key_has_256_random_bits_and_its_entry_authenticates_only_its_holder()
    {
        var (key, entry) = ApiKeys.Create("feed", ["read", "ingest"]);
        var keys = new ApiKeys([entry, ApiKeys.Create("other", ["admin"]).Entry]);

        Assert.Matches("^sb_[A-Za-z0-9_-]{43}$", key);
        Assert.Null(entry.Key);
        Assert.Equal("key:feed", Actor.Of(keys.Find(key)!));
        Assert.Equal(
            (true, true, false, false),
            (keys.Find(key)!.May("read"), keys.Find(key)!.May("ingest"), keys.Find(key)!.May("annotate"), keys.Find(key)!.May("admin")));
        Assert.Null(keys.Find(key + "x"));
        Assert.Null(keys.Find(entry.KeyHash!));
        Assert.NotEqual(key, ApiKeys.Create("feed", ["read"]).Key);
    }

    [Fact]
    public void A_key_may_be_configured_instead_of_its_hash()
    {
        var (key, entry) = ApiKeys.Create("feed", ["read"]);
        (entry.Key, entry.KeyHash) = (key, null);

        Assert.NotNull(new ApiKeys([entry]).Find(key));
    }

    [Theory]
    [InlineData("", "read", "00", null, "0:Name")]
    [InlineData("a b", "read", "00", null, "0:Name")]
    [InlineData("a", "", "00", null, "0:Roles")]
    [InlineData("a", "root", "00", null, "0:Roles")]
    [InlineData("a", "read", null, null, "KeyHash or Key")]
    [InlineData("a", "read", "00", null, "64 hexadecimal digits")]
    [InlineData("a", "read", null, "guessable", "shorter than 32")]
    public void An_invalid_key_is_rejected_with_its_setting(
        string name,
        string role,
        string? hash,
        string? key,
        string told)
    {
        var entry = new ApiKeyOptions { Name = name, KeyHash = hash, Key = key };
        if (role.Length > 0) entry.Roles.Add(role);

        var refusal = Assert.Throws<ConfigurationException>(() => new ApiKeys([entry])).Message;

        Assert.Contains(told, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("guessable", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_and_secrets_of_keys_are_unique()
    {
        var first = ApiKeys.Create("a", ["read"]).Entry;
        var second = new ApiKeyOptions { Name = "b", KeyHash = first.KeyHash };
        second.Roles.Add("admin");

        Assert.Throws<ConfigurationException>(() => new ApiKeys([first, second]));
        Assert.Throws<ConfigurationException>(() => new ApiKeys([first, ApiKeys.Create("a", ["read"]).Entry]));
    }
}
