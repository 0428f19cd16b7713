using StreamBert.Streaming.Settings;

namespace StreamBert.Cli.Settings.Catalog;

/// <summary>Adds the settings that no source sets, with their defaults.</summary>
internal static class SettingDefaults
{
    private const string Source = "default";

    public static IReadOnlyList<EffectiveSetting> Complete(IReadOnlyList<EffectiveSetting> settings)
    {
        var set = settings.Select(static setting => setting.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var defaults = SettingsCatalog.Settings
            .Where(setting => !set.Contains(setting.Key) && !IsBelowList(setting.Key))
            .Select(static setting => new EffectiveSetting(setting.Key, setting.Default, Source));
        return [.. settings.Concat(defaults).OrderBy(static setting => setting.Key, ConfigurationKeyComparer.Instance)];
    }

    /// <summary>Whether a setting belongs to an item of a list or to a name of the user's, which only sources have.</summary>
    private static bool IsBelowList(string key) => key.Split(ConfigurationPath.KeyDelimiter)
        .Any(static part => part is SettingsCatalog.Index or SettingsCatalog.Name);
}
