using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StreamBert.Streaming.State.Connection;

namespace StreamBert.Tests.Streaming.State.Connection;

/// <summary>The state store on a Redis with a password, with access control lists, and with TLS; a real one.</summary>
public sealed class SecuredRedisTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-redis-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_password_setting_authenticates()
    {
        await using var redis = await RedisServer.StartAsync("--requirepass", "the-password");

        await WorksAsync(redis.ConnectionString, ("Password", "the-password"));
        await RefusedAsync(redis.ConnectionString, ("Password", "another"));
        await RefusedAsync(redis.ConnectionString);
    }

    [Fact]
    public async Task A_user_whose_access_is_limited_to_the_key_prefix_is_sufficient()
    {
        await using var redis = await RedisServer.StartAsync(
            ["--user", "default", "off", "--user", .. "streambert on >user-password ~{streambert}:* &* +@all -@admin -@dangerous +info"
                .Split(' ')]);

        await WorksAsync(redis.ConnectionString, ("User", "streambert"), ("Password", "user-password"));
        await WorksAsync($"{redis.ConnectionString},user=streambert,password=user-password");
        await RefusedAsync(redis.ConnectionString, ("User", "streambert"), ("Password", "wrong"));
    }

    [Fact]
    public async Task Tls_trusts_the_given_authority_and_no_other()
    {
        var (authority, other) = (Authority("streambert"), Authority("other"));
        var (certificate, key) = Server(authority);
        await using var redis = await RedisServer.StartAsync(
            "--tls-port", $"{RedisServer.FreePort()}", "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", Pem(
                authority), "--tls-auth-clients", "no");

        await WorksAsync(redis.TlsConnectionString, ("CaCertificate", Pem(authority)));
        await RefusedAsync(redis.TlsConnectionString, ("CaCertificate", Pem(other)));
        await RefusedAsync($"{redis.TlsConnectionString},ssl=true");
    }

    private static async Task WorksAsync(string connection, params (string, string)[] settings)
    {
        await using var state = new StateParts(connection, settings);
        await state.AppendAsync(StreamBert.Contracts.Topics.Predictions, Some.Prediction("secured"));

        Assert.Equal("secured", (await state.Store.FindPredictionAsync("secured", Cancellation))?.Id);
    }

    private static async Task RefusedAsync(string connection, params (string, string)[] settings)
    {
        await using var state = new StateParts(connection, [.. settings, ("Timeout", "00:00:02")]);

        var refusal = await Assert.ThrowsAsync<StateUnavailableException>(() => state.Store.FindPredictionAsync("secured", Cancellation));
        Assert.All(
            settings.Where(static setting => setting.Item1 == "Password"),
            setting => Assert.DoesNotContain(setting.Item2, refusal.ToString(), StringComparison.Ordinal));
    }

    private static X509Certificate2 Authority(string name)
    {
        var request = new CertificateRequest(
            $"CN={name} test authority",
            ECDsa.Create(ECCurve.NamedCurves.nistP256),
            HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(2));
    }

    private (string Certificate, string Key) Server(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.Create(authority, now.AddDays(-1), now.AddDays(1), [1, 2, 3, 4]);
        return (Write("server.pem", signed.ExportCertificatePem()), Write("server.key", key.ExportPkcs8PrivateKeyPem()));
    }

    private string Pem(X509Certificate2 certificate)
        => Write($"{certificate.GetNameInfo(X509NameType.SimpleName, false)}.pem", certificate.ExportCertificatePem());

    private string Write(string name, string content)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, content);
        return path;
    }
}
