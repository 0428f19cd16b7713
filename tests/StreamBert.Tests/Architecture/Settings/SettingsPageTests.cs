using System.CommandLine;
using System.Text.RegularExpressions;
using StreamBert.Cli.Commands.Up;
using StreamBert.Cli.Settings.Catalog;
using StreamBert.Streaming.Log.Kafka.Clients;
using StreamBert.Streaming.Settings;

namespace StreamBert.Tests.Architecture.Settings;

/// <summary>docs/settings.md lists every setting of the product with the default of the code.</summary>
public sealed partial class SettingsPageTests
{
    private const string KafkaPrefix = "Kafka:";
    private static readonly Dictionary<string, string> KafkaServers = new() { ["BootstrapServers"] = "broker:9092" };

    [Fact]
    public void The_page_lists_every_setting_with_its_default_and_environment_variable()
    {
        var rows = SettingsPage.Rows.Select(static row => new Setting(row.Key, row.Default)).ToHashSet();

        var missing = SettingsCatalog.Settings.Select(static setting => new Setting(setting))
            .Where(setting => !rows.Contains(setting)).ToList();

        Assert.True(missing.Count == 0, $"docs/settings.md lacks, or has another default for:\n{string.Join('\n', missing)}");
        Assert.All(
            SettingsPage.Rows,
            static row => Assert.Equal(new Setting(row.Key, row.Default).EnvironmentVariable, row.EnvironmentVariable));
    }

    [Fact]
    public void The_page_lists_no_setting_that_does_not_exist()
    {
        var known = SettingsCatalog.Settings.Select(static setting => setting.Key).ToHashSet();

        var unknown = SettingsPage.Rows.Select(static row => row.Key)
            .Where(key => !key.StartsWith(KafkaPrefix, StringComparison.Ordinal) && !known.Contains(key));

        Assert.Empty(unknown);
    }

    [Fact]
    public void The_page_lists_no_setting_twice() => Assert.Distinct(SettingsPage.Rows.Select(static row => row.Key));

    [Fact]
    public void Every_setting_on_the_page_has_a_unit_and_a_meaning() =>
        Assert.DoesNotContain(SettingsPage.Rows, static row => row.Unit.Length == 0 || row.Meaning.Length == 0);

    [Fact]
    public void Every_options_class_that_the_sources_bind_is_in_the_catalog()
    {
        var sources = new[] { "services", "shared" }
            .SelectMany(static folder => Directory.EnumerateFiles(
                Path.Combine(SettingsPage.FindRepository(), folder), "*.cs", SearchOption.AllDirectories))
            .Where(static file => !file.Split(Path.DirectorySeparatorChar).Contains("obj"));

        var bound = sources.SelectMany(static file => BoundOptions().Matches(File.ReadAllText(file)))
            .Select(static match => match.Groups[1].Value).ToHashSet();

        Assert.NotEmpty(bound);
        Assert.Subset(SettingsCatalog.OptionsTypes.Select(static type => type.Name).ToHashSet(), bound);
    }

    [Fact]
    public void The_page_lists_the_settings_of_Kafka_that_are_not_those_of_its_client()
    {
        var defaults = new KafkaSettings(KafkaServers);
        var expected = new Dictionary<string, string>
        {
            ["Kafka:BootstrapServers"] = "",
            ["Kafka:Delivery"] = defaults.Transactional ? KafkaSettings.ExactlyOnce : KafkaSettings.AtLeastOnce,
            ["Kafka:CreateTopics"] = defaults.CreateTopics ? "true" : "false",
            ["Kafka:QueryTimeoutMs"] = $"{defaults.QueryTimeout.TotalMilliseconds:0}",
        };

        var onPage = SettingsPage.Rows.Where(static row => row.Key.StartsWith(KafkaPrefix, StringComparison.Ordinal))
            .ToDictionary(static row => row.Key, static row => row.Default);

        Assert.Equal(expected, onPage);
        Assert.Throws<ConfigurationException>(static () => new KafkaSettings(new Dictionary<string, string>()));
        Assert.All(["Delivery", "CreateTopics", "QueryTimeoutMs"], static key => Assert.Throws<ConfigurationException>(
            () => new KafkaSettings(new Dictionary<string, string>(KafkaServers) { [key] = "invalid" })));
    }

    [Fact]
    public void The_page_lists_every_option_of_up_with_its_default()
    {
        var expected = UpCommand.Create().Options.ToDictionary(static option => option.Name, FormatDefault);

        Assert.Equal(expected, SettingsPage.CommandLineDefaults);
    }

    private static string FormatDefault(Option option)
    {
        var value = option.HasDefaultValue && option.GetDefaultValue() is { } known and not false ? $"{known}" : "";
        return value.Replace(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "~", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"AddOptions<(\w+)>\(\)\s*\.BindConfiguration")]
    private static partial Regex BoundOptions();
}
