using System.Net;
using System.Net.Http.Json;
using System.Text;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Security.Keys;
using StreamBert.IntegrationTests.Gateway;
using StreamBert.Tests.Streaming.Log.Kafka;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.IntegrationTests.Up;

/// <summary>
/// Starts processes with secrets in all settings and log level Trace, sends them valid and invalid credentials, and searches their output
/// and files for the secrets.
/// </summary>
public sealed class NoSecretInLogsTests : IDisposable
{
    private const string RedisPassword = "redis-password-1f9c4e77";
    private const string SaslPassword = "sasl-password-93ab02d5";
    private const string WrongKey = "sb_wrong-key-which-nobody-has-5577aa001122334455";
    private readonly DataDirectory _directory = new();
    private readonly string _key = ApiKeys.Create("ops", [Roles.Admin]).Key;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task No_secret_appears_in_the_output_or_data_directory_of_up()
    {
        await using var redis = await RedisServer.StartAsync("--requirepass", RedisPassword);
        await using var issuer = await Issuer.StartAsync();
        issuer.Roles = [Roles.Read];
        var secrets = Directory.CreateDirectory(Path.Combine(_directory.Path, "secrets")).FullName;
        await File.WriteAllTextAsync(Path.Combine(secrets, "Redis__Password"), RedisPassword, Cancellation);
        await File.WriteAllTextAsync(Path.Combine(secrets, "Gateway__Oidc__ClientSecret"), Issuer.ClientSecret, Cancellation);
        var environment = new Dictionary<string, string>(Settings(redis.ConnectionString))
        {
            ["STREAMBERT_SECRETS"] = secrets,
            ["STREAMBERT_Gateway__Oidc__Authority"] = issuer.Address,
            ["STREAMBERT_Gateway__Oidc__ClientId"] = Issuer.ClientId,
        };
        var (token, forged) = (issuer.Token(Issuer.ClientId), $"{issuer.Token(Issuer.ClientId)[..^20]}ABCDEFGHIJKLMNOPQRST");

        await using var up = StreamBertProcess.Start(environment, _directory.UpArguments("--no-simulator", "--model", "small"));
        var address = await up.WaitUntilReadyAsync();
        await SendCredentialsAsync(
            address,
            (_key, HttpStatusCode.OK),
            (WrongKey, HttpStatusCode.Unauthorized),
            (token, HttpStatusCode.OK),
            (forged, HttpStatusCode.Unauthorized));
        await SignInAtProviderAsync(address);
        await using (var status = StreamBertProcess.Start(
            new Dictionary<string, string> { ["STREAMBERT_API_KEY"] = _key },
            "status",
            "--url",
            address.ToString()))
        {
            Assert.True(await status.WaitForExitAsync() == 0, status.AllOutput);
        }

        var (refused, _, why) = await StreamBertProcess.RunAsync("status", "--url", address.ToString());
        await up.TerminateAsync();
        Assert.True(await up.WaitForExitAsync() == 0, up.AllOutput);

        Assert.Equal(1, refused);
        Assert.Contains("set STREAMBERT_API_KEY", why, StringComparison.Ordinal);
        AssertNoSecrets(up.AllOutput, _key, WrongKey, RedisPassword, SaslPassword, Issuer.ClientSecret, token.Split('.')[2], forged[^20..]);
    }

    [Fact]
    public async Task No_secret_appears_in_the_output_of_a_gateway_on_kafka()
    {
        using var kafka = new MockKafka();
        await using var redis = await RedisServer.StartAsync("--requirepass", RedisPassword);
        var address = new Uri($"http://127.0.0.1:{RedisServer.FreePort()}");
        var environment = new Dictionary<string, string>(Settings($"{redis.ConnectionString},password={RedisPassword}"))
        {
            ["STREAMBERT_Log__Engine"] = "kafka",
            ["STREAMBERT_Kafka__BootstrapServers"] = kafka.BootstrapServers,
            ["STREAMBERT_Kafka__Delivery"] = "at-least-once",
            ["STREAMBERT_Kafka__CreateTopics"] = "false",
            ["STREAMBERT_Kafka__SaslMechanism"] = "PLAIN",
            ["STREAMBERT_Kafka__SaslUsername"] = "streambert",
            ["STREAMBERT_Kafka__Debug"] = "conf,security,broker",
            ["STREAMBERT_Gateway__Urls"] = address.ToString().TrimEnd('/'),
        };

        await using var gateway = StreamBertProcess.StartService("StreamBert.Gateway", environment);
        await gateway.WaitUntilAsync(() => gateway.AllOutput.Contains("Application started", StringComparison.Ordinal), "has started");
        await SendCredentialsAsync(address, (_key, HttpStatusCode.OK), (WrongKey, HttpStatusCode.Unauthorized));
        await gateway.TerminateAsync();
        await gateway.WaitForExitAsync();

        // librdkafka logs its whole configuration.
        Assert.Contains("sasl.password", gateway.AllOutput, StringComparison.Ordinal);
        AssertNoSecrets(gateway.AllOutput, _key, WrongKey, RedisPassword, SaslPassword);
    }

    private Dictionary<string, string> Settings(string redis) => new()
    {
        ["Logging__LogLevel__Default"] = "Trace",
        ["Logging__LogLevel__Microsoft"] = "Trace",
        ["Logging__LogLevel__Microsoft.AspNetCore"] = "Trace",
        ["STREAMBERT_Gateway__ApiKeys__0__Name"] = "ops",
        ["STREAMBERT_Gateway__ApiKeys__0__Roles__0"] = Roles.Admin,
        ["STREAMBERT_Gateway__ApiKeys__0__Key"] = _key,
        ["STREAMBERT_Redis__ConnectionString"] = redis,
        ["STREAMBERT_Kafka__SaslPassword"] = SaslPassword,
    };

    /// <summary>Sends each credential in every place that accepts one, and signs in with it.</summary>
    private async Task SendCredentialsAsync(Uri address, params (string Credential, HttpStatusCode Answer)[] credentials)
    {
        using var http = new HttpClient { BaseAddress = address };
        foreach (var (credential, expected) in credentials)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "v1/pipelines");
            request.Headers.Authorization = new("Bearer", credential);
            Assert.Equal(expected, (await http.SendAsync(request, Cancellation)).StatusCode);
        }
        foreach (var key in new[] { _key, WrongKey })
        {
            using var text = new HttpRequestMessage(HttpMethod.Post, "v1/texts")
            {
                Content = JsonContent.Create(new { text = "Oil falls" })
            };
            text.Headers.Add("X-Api-Key", key);
            await http.SendAsync(text, Cancellation);
            Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync($"v1/pipelines?api_key={key}", Cancellation)).StatusCode);
            Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync($"v1/predictions/{key}", Cancellation)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"x{key}", Cancellation)).StatusCode);
            using var browser = new Browser(address);
            await browser.EnterAsync(key, "/sign-in");
            Assert.Equal(key == _key ? HttpStatusCode.OK : HttpStatusCode.Redirect, (await browser.GetAsync("/")).StatusCode);
        }
    }

    private static async Task SignInAtProviderAsync(Uri address)
    {
        using var browser = new Browser(address);
        var consented = await browser.GetAsync((await browser.GetAsync("/sign-in/oidc")).Headers.Location!.ToString());
        await browser.GetAsync(consented.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/")).StatusCode);
    }

    private void AssertNoSecrets(string output, params string[] secrets)
    {
        // The log level is effective.
        Assert.Contains("AuthenticationScheme: key was successfully authenticated", output, StringComparison.Ordinal);
        var files = Directory.Exists(_directory.DataPath) ? Directory.GetFiles(_directory.DataPath, "*", SearchOption.AllDirectories) : [];
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(secret, output, StringComparison.Ordinal);
            Assert.DoesNotContain(files, file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0);
        }
    }
}
