namespace StreamBert.Cli.Settings.Catalog;

/// <summary>A section or a setting in the tree of all settings.</summary>
internal sealed class SettingNode
{
    /// <summary>All settings of the product.</summary>
    public static SettingNode Root { get; } = CreateRoot();

    /// <summary>The sections and settings below it by name, without regard to case.</summary>
    public SortedDictionary<string, SettingNode> Children { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What an index leads to, in a list.</summary>
    public SettingNode? Item { get; private set; }

    /// <summary>What a name of the user's leads to, in a section of such names.</summary>
    public SettingNode? Named { get; private set; }

    /// <summary>The setting, or null for a section.</summary>
    public SettingDefinition? Setting { get; private set; }

    /// <summary>Finds the section or setting of one part of a key.</summary>
    /// <returns>Null if there is none.</returns>
    public SettingNode? Find(string part) =>
        Children.GetValueOrDefault(part) ?? (part.All(char.IsAsciiDigit) ? Item : null) ?? Named;

    private static SettingNode CreateRoot()
    {
        var root = new SettingNode();
        foreach (var setting in SettingsCatalog.Settings)
            setting.Key.Split(ConfigurationPath.KeyDelimiter).Aggregate(root, static (node, part) => node.Add(part)).Setting = setting;
        return root;
    }

    private SettingNode Add(string part)
    {
        if (part is SettingsCatalog.Index)
            return Item ??= new();
        if (part is SettingsCatalog.Name)
            return Named ??= new();
        if (!Children.TryGetValue(part, out var child))
            Children[part] = child = new();
        return child;
    }
}
