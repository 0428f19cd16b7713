using StreamBert.Cli.Settings.Catalog;
using StreamBert.Streaming.Settings;

namespace StreamBert.Tests.Cli.Settings.Catalog;

/// <summary>Settings that no service would read are found, and values that no service could read.</summary>
public sealed class SettingsCheckTests
{
    [Theory]
    [InlineData("Gateway:StreamHeartbet", "00:00:05", "there is no such setting; did you mean 'Gateway:StreamHeartbeat'?")]
    [InlineData("Pipelines:0:Modl", "small", "there is no such setting; did you mean 'Pipelines:0:Model'?")]
    [InlineData("Pipelines:first:Name", "a", "there is no such setting.")]
    [InlineData("Monitorng:Threads", "1", "there is no such setting; did you mean 'Monitoring'?")]
    [InlineData("Log:Partitions", "four", "'four' is not a whole number in range.")]
    [InlineData("Log:OpenCheckTimeout", "5 seconds", "'5 seconds' is not a time such as 00:00:05 or 7.00:00:00.")]
    [InlineData("Redis", "localhost", "this is a section, not a value.")]
    [InlineData("Pipelines:0:InputTopics", "texts", "this is a list, not a value.")]
    public void A_fault_names_the_setting_its_source_and_what_is_wrong(string key, string value, string fault) =>
        Assert.Equal($"{key} (a.json): {fault}", Assert.Single(Find(key, value)));

    [Theory]
    [InlineData("Log:Partitions", "8")]
    [InlineData("log:partitions", "8")]
    [InlineData("Pipelines:0:InputTopics:0", "texts")]
    [InlineData("Pipelines:0:Fields:Attributes:region", "data.region")]
    [InlineData("Alerting:Receivers:0:Type", "slack")]
    [InlineData("Kafka:socket.timeout.ms", "1000")]
    [InlineData("Logging:LogLevel:Default", "Debug")]
    [InlineData("Kestrel:Certificates:Default:Path", "a.pfx")]
    public void A_valid_setting_is_no_fault(string key, string value) => Assert.Empty(Find(key, value));

    [Fact]
    public void A_directory_of_secrets_may_contain_those_of_other_programs()
    {
        Assert.Empty(SettingsCheck.FindFaults([new("Other:Password", null, EffectiveSettings.SecretFile)]));
        Assert.NotEmpty(SettingsCheck.FindFaults([new("Redis:Passwrd", "a", EffectiveSettings.SecretFile)]));
    }

    private static IReadOnlyList<string> Find(string key, string value) => SettingsCheck.FindFaults([new(key, value, "a.json")]);
}
