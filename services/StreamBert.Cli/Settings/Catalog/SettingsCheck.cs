using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Streaming.Log.Kafka.Clients;
using StreamBert.Streaming.Settings;

namespace StreamBert.Cli.Settings.Catalog;

/// <summary>Finds settings that do not exist, which no service would read, and values that are not of the type of their setting.</summary>
internal static class SettingsCheck
{
    /// <summary>The sections and settings of the framework, of Kafka's client, and of the command itself.</summary>
    private static readonly HashSet<string> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        "Logging", "AllowedHosts", "Kestrel", "urls", "$schema", KafkaSettings.Section,
        "CONFIG", "SECRETS", "API_KEY",
    };

    /// <returns>One sentence for each fault: the key, where it is set, and what is wrong.</returns>
    public static IReadOnlyList<string> FindFaults(IEnumerable<EffectiveSetting> settings) =>
        [.. settings.Select(FindFault).OfType<string>()];

    private static string? FindFault(EffectiveSetting setting)
    {
        var parts = setting.Key.Split(ConfigurationPath.KeyDelimiter);
        if (setting.Source is EffectiveSettings.Derived or EffectiveSettings.BuiltIn || IsOther(setting, parts[0]))
            return null;
        var node = SettingNode.Root;
        for (var i = 0; i < parts.Length; i++)
        {
            if (node.Find(parts[i]) is not { } child)
                return $"{setting.Key} ({setting.Source}): there is no such setting{Suggest(node, parts, i)}";
            node = child;
        }
        return node.Setting is null
            ? $"{setting.Key} ({setting.Source}): this is a {DescribeSection(node)}, not a value."
            : FindFault(setting, node.Setting);
    }

    private static string? FindFault(EffectiveSetting setting, SettingDefinition definition)
    {
        if (setting.Value is null)
            return null;
        try
        {
            TypeDescriptor.GetConverter(definition.Type).ConvertFromInvariantString(setting.Value);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
        {
            return $"{setting.Key} ({setting.Source}): '{setting.Value}' is not {DescribeType(definition.Type)}.";
        }
    }

    private static bool IsOther(EffectiveSetting setting, string section) =>
        Others.Contains(section) || section.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase)
        // A directory of secrets may hold those of other programs.
        || (setting.Source == EffectiveSettings.SecretFile && SettingNode.Root.Find(section) is null);

    private static string Suggest(SettingNode node, string[] parts, int at) =>
        FieldNameSuggestion.Find(parts[at], node.Children.Keys) is { } meant
            ? $"; did you mean '{string.Join(ConfigurationPath.KeyDelimiter, [.. parts[..at], meant])}'?"
            : ".";

    private static string DescribeSection(SettingNode node) => node.Item is null ? "section" : "list";

    private static string DescribeType(Type type)
    {
        var value = Nullable.GetUnderlyingType(type) ?? type;
        if (value.IsEnum)
            return $"one of {string.Join(", ", Enum.GetNames(value))}";
        return Type.GetTypeCode(value) switch
        {
            TypeCode.Boolean => "true or false",
            >= TypeCode.SByte and <= TypeCode.UInt64 => "a whole number in range",
            TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "a number",
            _ when value == typeof(TimeSpan) => "a time such as 00:00:05 or 7.00:00:00",
            _ => $"a {value.Name}",
        };
    }
}
