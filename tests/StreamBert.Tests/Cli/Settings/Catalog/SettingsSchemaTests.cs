using System.Text.Json.Nodes;
using StreamBert.Cli.Settings.Catalog;

namespace StreamBert.Tests.Cli.Settings.Catalog;

/// <summary>The JSON schema of settings files states the type, the default and the meaning of every setting.</summary>
public sealed class SettingsSchemaTests
{
    private static readonly JsonObject Schema = SettingsSchema.Create();

    [Fact]
    public void A_setting_has_its_type_default_and_meaning()
    {
        var partitions = Schema["properties"]!["Log"]!["properties"]!["Partitions"]!;

        Assert.Equal("integer", $"{partitions["type"]}");
        Assert.Equal(4, partitions["default"]!.GetValue<long>());
        Assert.NotEmpty($"{partitions["description"]}");
    }

    [Fact]
    public void Lists_and_names_of_the_users_have_the_schema_of_their_items()
    {
        var pipeline = Schema["properties"]!["Pipelines"]!;
        var attributes = pipeline["items"]!["properties"]!["Fields"]!["properties"]!["Attributes"]!;

        Assert.Equal("array", $"{pipeline["type"]}");
        Assert.Equal("string", $"{pipeline["items"]!["properties"]!["InputTopics"]!["items"]!["type"]}");
        Assert.Equal("string", $"{attributes["additionalProperties"]!["type"]}");
    }

    [Fact]
    public void Unknown_settings_of_the_product_are_refused_and_those_of_the_framework_are_not()
    {
        Assert.False(Schema["properties"]!["Log"]!["additionalProperties"]!.GetValue<bool>());
        Assert.False(Schema.ContainsKey("additionalProperties"));
    }

    [Fact]
    public void Every_setting_has_a_meaning() =>
        Assert.DoesNotContain(SettingsCatalog.Settings, static setting => SettingMeanings.Of(setting).Length == 0);
}
