using System.Text;
using Microsoft.Extensions.Configuration;
using StreamBert.Gateway.Security.Keys;
using StreamBert.Gateway.Settings;

namespace StreamBert.Tests.Gateway.Settings;

public sealed class SettingsReaderTests
{
    [Fact]
    public void The_source_of_a_setting_is_the_last_one_that_sets_it()
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes("""{"Pipelines":[{"Name":"built-in","Model":"small"}]}""")))
            .AddInMemoryCollection([new("Log:Directory", "first"), new("Log:MaxAge", "1.00:00:00"), new("Pipelines:0:Model", "large")])
            .AddCommandLine(["--Log:Directory", "second"]).Build();

        Assert.Equal(
            [
                new("Log:Directory", "second", "command line"), new("Log:MaxAge", "1.00:00:00", "set by the program"),
                new("Pipelines:0:Model", "large", "set by the program"),
            ],
            new SettingsReader(configuration, new([])).List());
    }

    [Fact]
    public void What_is_no_setting_of_StreamBert_and_the_entries_of_keys_are_left_out()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("PATH", "/bin"), new("Gateway:ApiKeys:0:KeyHash", new string('0', 64)), new("AllowedHosts", "*")]).Build();

        Assert.Equal("AllowedHosts", Assert.Single(new SettingsReader(configuration, new([])).List()).Key);
    }

    [Fact]
    public void Keys_are_listed_by_name_with_their_roles_only()
    {
        var (_, feed) = ApiKeys.Create("news-feed", ["read", "ingest"]);
        var (_, anna) = ApiKeys.Create("anna", ["admin"]);

        var keys = new SettingsReader(new ConfigurationBuilder().Build(), new([feed, anna])).ListKeys();

        Assert.Equal(["anna: admin", "news-feed: ingest, read"], keys.Select(static key => $"{key.Name}: {string.Join(", ", key.Roles)}"));
    }
}
