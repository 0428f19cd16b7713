using StreamBert.Streaming.Settings;

namespace StreamBert.Tests.Streaming.Settings;

/// <summary>No secret is shown, whatever the name of the setting that holds it.</summary>
public sealed class SettingMaskTests
{
    [Theory]
    [InlineData("Kafka:sasl.password", "x")]
    [InlineData("Kafka:sasl.jaas.config", "x")]
    [InlineData("Kafka:ssl.key.pem", "x")]
    [InlineData("Gateway:Oidc:ClientSecret", "x")]
    [InlineData("Alerting:Receivers:0:RoutingKey", "x")]
    [InlineData("Alerting:Receivers:0:Headers:Authorization", "Bearer x")]
    [InlineData("AlertLinks:Key", "x")]
    [InlineData("Privacy:MasterKey", "x")]
    [InlineData("Models:Store:SecretKey", "x")]
    [InlineData("Models:Store:AccessKey", "x")]
    [InlineData("SchemaRegistry:BasicAuthUserInfo", "user:x")]
    [InlineData("Redis:ConnectionString", "redis:6379,password=x")]
    [InlineData("Gateway:Anything", "sb_abcdef")]
    [InlineData("Kestrel:Certificates:Default:Password", "x")]
    public void Secrets_are_hidden(string key, string value) => Assert.Null(SettingMask.Show(key, value));

    [Theory]
    [InlineData("https://hooks.slack.com/services/T0/B0/secret", "https://hooks.slack.com/…")]
    [InlineData("https://anna:secret@example.com:8443/?token", "https://example.com:8443/…")]
    [InlineData("http://a.example/;https://b.example/x", "http://a.example;https://b.example/…")]
    [InlineData("https://anna:sec/ret@example.com", null)]
    public void Addresses_are_shown_without_credentials_and_paths(string value, string? shown) =>
        Assert.Equal(shown, SettingMask.Show("Alerting:Receivers:0:Url", value));

    [Theory]
    [InlineData("Log:MaxAge", "7.00:00:00")]
    [InlineData("Pipelines:0:Name", "financial-news")]
    [InlineData("Gateway:Urls", "http://127.0.0.1:8080")]
    [InlineData("Inference:MaxBatchTokens", "4096")]
    [InlineData("Redis:ConnectionString", "redis:6379,ssl=true")]
    public void Other_values_are_shown_as_they_are(string key, string value) => Assert.Equal(value, SettingMask.Show(key, value));
}
