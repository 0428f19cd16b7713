using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using StreamBert.Gateway;
using StreamBert.Gateway.Security;
using StreamBert.Streaming.Settings;

namespace StreamBert.Tests.Gateway.Security;

public sealed class NetworkExposureTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost:8080;https://[::1]:8443")]
    [InlineData("http://127.0.0.2:80")]
    [InlineData("http://unix:/run/streambert.sock")]
    public void Without_authentication_it_listens_on_this_machine(string urls) => Check(urls);

    [Theory]
    [InlineData("http://*:8080", "http://*:8080")]
    [InlineData("http://+:8080", "http://+:8080")]
    [InlineData("http://0.0.0.0:8080", "http://0.0.0.0:8080")]
    [InlineData("http://[::]:8080", "http://[::]:8080")]
    [InlineData("http://streambert.example.com", "http://streambert.example.com")]
    [InlineData("http://127.0.0.1:8080;http://10.0.0.1:80", "http://10.0.0.1:80")]
    [InlineData("8080", "not a URL")]
    public void Without_authentication_it_listens_on_no_network(string urls, string told) =>
        Assert.Contains(told, Assert.Throws<ConfigurationException>(() => Check(urls)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_endpoint_of_kestrels_own_section_counts_too() =>
        Assert.Throws<ConfigurationException>(static () => Check("http://127.0.0.1:8080", ("Kestrel:Endpoints:Open:Url", "http://*:80")));

    [Fact]
    public void With_authentication_it_listens_anywhere() => Check("http://*:8080", authenticated: true);

    [Fact]
    public void AllowAnonymous_permits_any_address_but_excludes_keys()
    {
        Check("http://*:8080", ("Gateway:AllowAnonymous", "true"), ("AllowedHosts", "localhost;gateway"));

        Assert.Throws<ConfigurationException>(static () => Check("http://*:8080", authenticated: true, ("Gateway:AllowAnonymous", "true")));
    }

    [Fact]
    public void AllowAnonymous_requires_AllowedHosts_on_a_network()
    {
        var refused = Assert.Throws<ConfigurationException>(static () => Check("http://*:8080", ("Gateway:AllowAnonymous", "true")));

        Assert.Contains("Set AllowedHosts", refused.Message, StringComparison.Ordinal);
        Check("http://127.0.0.1:8080", ("Gateway:AllowAnonymous", "true"));
    }

    [Theory]
    [InlineData(null, null, GatewayOptions.DefaultUrls)]
    [InlineData("", "", GatewayOptions.DefaultUrls)]
    [InlineData(" ", "http://*:80", "http://*:80")]
    [InlineData("http://[::1]:90", "http://*:80", "http://[::1]:90")]
    public void Empty_URLs_count_as_missing(string? own, string? aspNet, string urls) => Assert.Equal(urls, GatewayHosting.UrlsOf(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Gateway:Urls"] = own, ["urls"] = aspNet })
            .Build()));

    private static void Check(string urls, params (string Key, string Value)[] settings) => Check(urls, authenticated: false, settings);

    private static void Check(string urls, bool authenticated, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        foreach (var (key, value) in settings) builder.Configuration[key] = value;
        NetworkExposure.Check(builder, urls, authenticated);
    }
}
