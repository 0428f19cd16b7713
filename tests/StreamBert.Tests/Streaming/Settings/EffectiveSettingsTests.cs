using Microsoft.Extensions.Configuration;
using StreamBert.Streaming.Settings;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Streaming.Settings;

/// <summary>The settings in effect are listed with the source that decides, and without secrets.</summary>
public sealed class EffectiveSettingsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_setting_has_the_source_that_overrides_the_others()
    {
        var file = _folder["settings.json"];
        File.WriteAllText(file, """{ "Log": { "Partitions": 8, "Engine": "embedded" } }""");
        using var configuration = new ConfigurationManager();
        configuration.AddJsonFile(file).AddInMemoryCollection(new Dictionary<string, string?> { ["Log:Partitions"] = "9" });

        var settings = EffectiveSettings.Read(configuration);

        Assert.Equal(["Log:Engine", "Log:Partitions"], settings.Select(static setting => setting.Key));
        Assert.EndsWith("settings.json", settings[0].Source, StringComparison.Ordinal);
        Assert.Equal(new("Log:Partitions", "9", EffectiveSettings.Derived), settings[1]);
    }

    [Theory]
    [InlineData("Redis:Password")]
    [InlineData("Gateway:ApiKeys:0:Key")]
    [InlineData("Alerting:Receivers:0:Secret")]
    public void A_secret_is_not_shown(string key)
    {
        using var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { [key] = "geheim" });

        Assert.Null(Assert.Single(EffectiveSettings.Read(configuration)).Value);
    }
}
