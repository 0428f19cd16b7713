using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log.Kafka;
using StreamBert.Streaming.Log.Kafka.Clients;
using StreamBert.Streaming.Settings;

namespace StreamBert.Tests.Streaming.Settings;

public sealed class SecretsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-secrets-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_mounted_file_is_the_setting_of_its_name()
    {
        File.WriteAllText(Path.Combine(_directory, "Kafka__SaslPassword"), "mounted\n");
        var configuration = new ConfigurationManager();

        Secrets.AddFiles(configuration, _directory);

        Assert.Equal("mounted", configuration["Kafka:SaslPassword"]);
    }

    [Fact]
    public void A_missing_directory_is_named() => Assert.Contains(
        "STREAMBERT_SECRETS is '/none'",
            Assert.Throws<ConfigurationException>(static () => Secrets.AddFiles(new ConfigurationManager(), "/none"))
            .Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("--Kafka:SaslPassword=distinctive", "STREAMBERT_Kafka__SaslPassword")]
    [InlineData("--Kafka:sasl.password=distinctive", "Kafka:sasl.password")]
    [InlineData("--Gateway:Oidc:ClientSecret=distinctive", "STREAMBERT_Gateway__Oidc__ClientSecret")]
    [InlineData("--Gateway:ApiKeys:0:Key=distinctive", "STREAMBERT_Gateway__ApiKeys__0__Key")]
    [InlineData("--Alerting:Receivers:0:RoutingKey=distinctive", "STREAMBERT_Alerting__Receivers__0__RoutingKey")]
    [InlineData("--Privacy:MasterKey=distinctive", "STREAMBERT_Privacy__MasterKey")]
    [InlineData("--Kafka:SslKeyPassphrase=distinctive", "STREAMBERT_Kafka__SslKeyPassphrase")]
    [InlineData("--Redis:ConnectionString=redis:6379,password=distinctive", "STREAMBERT_Redis__ConnectionString")]
    public void A_secret_on_the_command_line_is_rejected_and_not_repeated(string argument, string told)
    {
        var builder = Host.CreateApplicationBuilder([argument]);

        var refusal = Assert.Throws<ConfigurationException>(() => builder.AddStreamBertDefaults("test")).Message;

        Assert.Contains(told, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("distinctive", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_settings_are_accepted_on_the_command_line()
    {
        var builder = Host.CreateApplicationBuilder(
            ["--Metrics:Host=*", "--Kafka:ssl.key.location=/k.pem", "--Gateway:ApiKeys:0:KeyHash=00"]);

        builder.AddStreamBertDefaults("test");

        Assert.Equal("*", builder.Configuration["Metrics:Host"]);
    }

    [Fact]
    public void Every_setting_of_kafkas_security_reaches_the_clients()
    {
        var given = new Dictionary<string, string>
        {
            ["SecurityProtocol"] = "SASL_SSL",
            ["SaslMechanisms"] = "SCRAM-SHA-512",
            ["SaslUsername"] = "u",
            ["SaslPassword"] = "p",
            ["SslCaLocation"] = "/ca.pem",
            ["SslCertificateLocation"] = "/c.pem",
            ["SslKeyLocation"] = "/k.pem",
            ["SslKeyPassword"] = "kp",
            ["SslEndpointIdentificationAlgorithm"] = "https",
            ["EnableSslCertificateVerification"] = "true",
        };
        var settings = new KafkaSettings(new Dictionary<string, string>(given) { ["BootstrapServers"] = "b:9093" });

        foreach (var client in new[] {
            settings.Admin().ToDictionary(),
            settings.Producer().ToDictionary(),
            settings.Transactions("g").ToDictionary(),
            settings.Consumer("g").ToDictionary() })
        {
            Assert.Equal(
                ["SASL_SSL", "SCRAM-SHA-512", "u", "p", "/ca.pem", "/c.pem", "/k.pem", "kp", "https", "true"],
                new[]
                {
                    "security.protocol", "sasl.mechanisms", "sasl.username", "sasl.password", "ssl.ca.location", "ssl.certificate.location",
                        "ssl.key.location",
                    "ssl.key.password", "ssl.endpoint.identification.algorithm", "enable.ssl.certificate.verification",
                }.Select(client.GetValueOrDefault));
        }

        Assert.DoesNotContain("kp", settings.ToString(), StringComparison.Ordinal);
    }
}
