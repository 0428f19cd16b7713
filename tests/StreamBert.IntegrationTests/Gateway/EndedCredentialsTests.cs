using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using StreamBert.Gateway.Security;
using StreamBert.Gateway.Security.Keys;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Settings;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>
/// What ends with a sign-out, with a key that is taken out of a file, and with the provider's word: requests, cookies and event streams, at
/// once and without a restart.
/// </summary>
public sealed class EndedCredentialsTests : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-keys-").FullName;
    private readonly (string Key, ApiKeyOptions Entry) _first = ApiKeys.Create("first", ["read"]);
    private readonly (string Key, ApiKeyOptions Entry) _second = ApiKeys.Create("second", ["read"]);
    private Issuer _issuer = null!;
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        WriteKeys(_first.Entry, _second.Entry);
        _issuer = await Issuer.StartAsync();
        _gateway = await GatewayHost.StartAsync(
            Keys.NoRedis, builder => builder.Configuration.AddSettingsFrom(_directory),
            ("Gateway:Oidc:Authority", _issuer.Address), ("Gateway:Oidc:Audience", Issuer.Audience), ("Gateway:Oidc:ClientId", Issuer
                .ClientId), ("Gateway:Oidc:ClientSecret", Issuer.ClientSecret));
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_issuer is not null) await _issuer.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_sign_out_ends_copies_of_the_cookie_and_its_connections()
    {
        using var browser = new Browser(_gateway.Client.BaseAddress!);
        var copied = Cookie(await browser.EnterAsync(_first.Key, "/sign-in"));
        using var stream = await StreamAsync("Cookie", copied);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("Cookie", copied));

        await browser.PostFormAsync("/sign-out", "/sign-in");

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("Cookie", copied));
        Assert.Contains("credential-ended", await EndAsync(stream), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("X-Api-Key", _first.Key));
    }

    [Fact]
    public async Task A_new_sign_in_ends_the_previous_session()
    {
        using var browser = new Browser(_gateway.Client.BaseAddress!);
        var before = Cookie(await browser.EnterAsync(_first.Key, "/sign-in"));

        var after = Cookie(await browser.EnterAsync(_second.Key, "/sign-in"));

        Assert.Equal(
            (HttpStatusCode.Unauthorized, HttpStatusCode.OK),
            (await StatusAsync("Cookie", before), await StatusAsync("Cookie", after)));
    }

    [Fact]
    public async Task A_key_removed_from_the_file_ends_with_its_sessions_and_connections()
    {
        using var browser = new Browser(_gateway.Client.BaseAddress!);
        var cookie = Cookie(await browser.EnterAsync(_first.Key, "/sign-in"));
        using var byCookie = await StreamAsync("Cookie", cookie);
        using var byKey = await StreamAsync("X-Api-Key", _first.Key);
        using var other = await StreamAsync("X-Api-Key", _second.Key);

        WriteKeys(_second.Entry);

        Assert.Contains("credential-ended", await EndAsync(byCookie), StringComparison.Ordinal);
        Assert.Contains("credential-ended", await EndAsync(byKey), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("Cookie", cookie));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("X-Api-Key", _first.Key));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("X-Api-Key", _second.Key));
        var rest = EndAsync(other);
        Assert.NotEqual(rest, await Task.WhenAny(rest, Task.Delay(TimeSpan.FromMilliseconds(200), Cancellation)));
    }

    [Fact]
    public async Task A_key_added_to_the_file_is_accepted_and_changed_roles_end_its_sessions()
    {
        var third = ApiKeys.Create("third", ["read"]);
        using var stream = await StreamAsync("X-Api-Key", _first.Key);
        _first.Entry.Roles.Add("admin");

        WriteKeys(_first.Entry, _second.Entry, third.Entry);

        Assert.Contains("credential-ended", await EndAsync(stream), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("X-Api-Key", third.Key));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("X-Api-Key", _first.Key, "/v1/audit"));
    }

    [Fact]
    public async Task An_unreadable_file_changes_nothing()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, SettingsSources.FileName), "{ \"Gateway\": { \"ApiKeys\": [ ", Cancellation);
        await Task.Delay(TimeSpan.FromSeconds(2), Cancellation); // as long as a file that can be read is taken within
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("X-Api-Key", _first.Key));

        WriteKeys(_second.Entry);

        await UntilAsync(async () => await StatusAsync("X-Api-Key", _first.Key) == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("X-Api-Key", _second.Key));
    }

    [Fact]
    public async Task A_logout_at_the_identity_provider_ends_the_connections_of_the_person()
    {
        using var browser = new Browser(_gateway.Client.BaseAddress!);
        var cookie = Cookie(await SignInAtProviderAsync(browser));
        using var stream = await StreamAsync("Cookie", cookie);

        foreach (var (token, why) in new[]
        {
            (_issuer.Token(Issuer.ClientId, nonce: "n"), "an id token"),
            (_issuer.LogoutToken(nonce: "n"), "a logout token with a nonce"),
            (_issuer.LogoutToken(@event: null), "another event"),
            (_issuer.LogoutToken(session: null, subject: null), "nobody"),
            ($"{_issuer.LogoutToken()[..^10]}AAAAAAAAAA", "a forged one"),
            ("junk", "junk"),
        })
        {
            Assert.True(await LogoutAsync(token) == HttpStatusCode.BadRequest, why);
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync("Cookie", cookie));
        Assert.Equal(HttpStatusCode.OK, await LogoutAsync(_issuer.LogoutToken()));

        Assert.Contains("credential-ended", await EndAsync(stream), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("Cookie", cookie));
    }

    internal static async Task<HttpResponseMessage> SignInAtProviderAsync(Browser browser)
    {
        var asked = await browser.GetAsync("/sign-in/oidc");
        var consented = await browser.GetAsync(asked.Headers.Location!.ToString());
        return await browser.GetAsync(consented.Headers.Location!.ToString());
    }

    private async Task<HttpStatusCode> LogoutAsync(string token)
    {
        using var form = new FormUrlEncodedContent([new("logout_token", token)]);
        return (await _gateway.Client.PostAsync("/sign-out/provider", form, Cancellation)).StatusCode;
    }

    private void WriteKeys(params ApiKeyOptions[] entries) => File.WriteAllText(
        Path.Combine(_directory, SettingsSources.FileName),
        JsonSerializer.Serialize(
            new { Gateway = new { ApiKeys = entries.Select(static entry => new { entry.Name, entry.Roles, entry.KeyHash }) } }));

    private static string Cookie(HttpResponseMessage entered) =>
        entered.Headers.GetValues("Set-Cookie").Last(static value => value.StartsWith("streambert=", StringComparison.Ordinal))
            .Split(';')[0];

    private async Task<HttpStatusCode> StatusAsync(string header, string value, string path = "/v1/pipelines")
    {
        using var response = await SendAsync(header, value, path);
        return response.StatusCode;
    }

    private async Task<HttpResponseMessage> StreamAsync(string header, string value)
    {
        var response = await SendAsync(header, value, "/v1/stream");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response;
    }

    private async Task<HttpResponseMessage> SendAsync(string header, string value, string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = _gateway.Client.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(header, value);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    private static async Task<string> EndAsync(HttpResponseMessage stream)
        => await stream.Content.ReadAsStringAsync(Cancellation).WaitAsync(Timeout, Cancellation);

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Timeout);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await holds()) await pause.WaitForNextTickAsync(patience.Token);
    }
}
