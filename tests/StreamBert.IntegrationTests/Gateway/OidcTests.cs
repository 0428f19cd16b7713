using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>Bearer tokens of an identity provider, and signing in there; with a real issuer on this machine.</summary>
public sealed class OidcTests : IAsyncLifetime
{
    private Issuer _issuer = null!;
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await Issuer.StartAsync();
        _gateway = await GatewayHost.StartAsync(
            Keys.NoRedis, [.. Keys.Settings(), ("Gateway:Oidc:Authority", _issuer.Address), ("Gateway:Oidc:Audience", Issuer.Audience),
                ("Gateway:Oidc:ClientId", Issuer.ClientId), ("Gateway:Oidc:ClientSecret", Issuer.ClientSecret)]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_issuer is not null) await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_token_has_the_roles_of_its_claim()
    {
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(_issuer.Token())).StatusCode);

        _issuer.Roles = ["ingest", "offline_access"];
        var forbidden = await AskAsync(_issuer.Token());

        Assert.Contains(
            "user:anna",
            await SecurityTests.DetailAsync(forbidden, HttpStatusCode.Forbidden, "forbidden"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_tokens_are_rejected_with_the_reason()
    {
        using var stranger = RSA.Create(2048);
        var tampered = _issuer.Token().Split('.');
        var unsigned = $"{Encode("{\"alg\":\"none\",\"typ\":\"JWT\"}")}.{tampered[1]}.";
        tampered[1] = Encode(
            Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(tampered[1])).Replace("\"read\"", "\"admin\"", StringComparison.Ordinal));
        foreach (var (token, told) in new[]
        {
            (_issuer.Token(audience: "another-service"), "another service"),
            (_issuer.Token(age: TimeSpan.FromHours(1)), "expired"),
            (_issuer.Token(key: new RsaSecurityKey(stranger) { KeyId = "test" }), "is not signed by"),
            (_issuer.Token(issuer: "http://evil.example"), "is not signed by"),
            (string.Join('.', tampered), "is not signed by"),
            (unsigned, "is not signed by"),
            ("a.b.c", "is not signed by"),
        })
        {
            Assert.Contains(
                told,
                await SecurityTests.DetailAsync(await AskAsync(token), HttpStatusCode.Unauthorized, "unauthorized"),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Keys_are_accepted_beside_tokens() => Assert.Equal(HttpStatusCode.OK, (await AskAsync(Keys.Of("read"))).StatusCode);

    [Fact]
    public async Task An_unreachable_issuer_rejects_tokens_and_is_named()
    {
        var token = _issuer.Token();
        await _issuer.DisposeAsync();

        Assert.Contains(
            "could not be fetched from there",
            await SecurityTests.DetailAsync(await AskAsync(token), HttpStatusCode.Unauthorized, "unauthorized"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_signs_in_at_the_provider_and_comes_back_to_the_page()
    {
        using var browser = new Browser(_gateway.Client.BaseAddress!);
        Assert.Contains(
            "sign-in/oidc?return=%2Falerts",
            await (await browser.GetAsync("/sign-in?return=%2Falerts")).Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);

        var asked = await browser.GetAsync("/sign-in/oidc?return=%2Falerts");
        var consented = await browser.GetAsync(asked.Headers.Location!.ToString());
        var back = await browser.GetAsync(consented.Headers.Location!.ToString());

        Assert.Contains("url=/alerts", await back.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/alerts")).StatusCode);
        Assert.Contains(
            "user:anna",
            await (await browser.GetAsync("/sign-in")).Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unsolicited_response_of_the_provider_is_rejected()
    {
        using var browser = new Browser(_gateway.Client.BaseAddress!);

        var answer = await browser.GetAsync("/sign-in/callback?code=x&state=y");

        Assert.Equal("/sign-in?problem=provider", answer.Headers.Location?.ToString());
    }

    private static string Encode(string json) => Base64UrlEncoder.Encode(json);

    private Task<HttpResponseMessage> AskAsync(string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/pipelines");
        request.Headers.Authorization = new("Bearer", token);
        return _gateway.Client.SendAsync(request, Cancellation);
    }
}
