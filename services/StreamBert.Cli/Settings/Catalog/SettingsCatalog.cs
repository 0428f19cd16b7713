using System.Collections;
using System.Globalization;
using System.Reflection;
using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Cli.Settings.Catalog;

/// <summary>
/// Finds all settings by reflection. An options class has a constant <c>Section</c>; its settable properties are settings, and so are those
/// of the options that it contains. The settings that are passed on to Kafka's client are not listed.
/// </summary>
internal static class SettingsCatalog
{
    public const string Index = "N", Name = "NAME";
    private const string SectionConstant = "Section";
    private const string Product = "StreamBert.";

    private static readonly IReadOnlyList<Assembly> Assemblies =
    [
        typeof(SettingsCatalog).Assembly,
        .. typeof(SettingsCatalog).Assembly.GetReferencedAssemblies()
            .Where(static name => name.Name!.StartsWith(Product, StringComparison.Ordinal)).OrderBy(static name => name.Name)
            .Select(Assembly.Load),
    ];

    /// <summary>The options classes, without the catalog of pipelines.</summary>
    public static IReadOnlyList<Type> OptionsTypes { get; } =
    [
        .. Assemblies.SelectMany(static assembly => assembly.GetTypes())
            .Where(static type => GetSection(type) is not null && GetSettableProperties(type).Any()),
    ];

    public static IReadOnlyList<SettingDefinition> Settings { get; } =
    [
        .. OptionsTypes.SelectMany(static type => ReadSettings(type, GetSection(type)!)),
        .. ReadSettings(typeof(PipelineOptions), $"{PipelineCatalog.Section}:{Index}"),
    ];

    public static string? GetSection(Type type) =>
        type.GetField(SectionConstant, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue() as string;

    private static IEnumerable<SettingDefinition> ReadSettings(Type type, string prefix)
    {
        var defaults = Activator.CreateInstance(type)!;
        return GetSettableProperties(type)
            .SelectMany(property => ReadSetting(property.PropertyType, property.GetValue(defaults), $"{prefix}:{property.Name}"));
    }

    private static IEnumerable<SettingDefinition> ReadSetting(Type type, object? value, string key)
    {
        if (IsOptions(type))
            return ReadSettings(type, key);
        if (type == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(type))
            return [new(key, type, Format(value))];
        if (type.GetGenericArguments() is [_, var named])
            return IsOptions(named) ? ReadSettings(named, $"{key}:{Name}") : [new($"{key}:{Name}", named, "")];
        var item = type.GetGenericArguments()[0];
        return IsOptions(item) ? ReadSettings(item, $"{key}:{Index}") : [new($"{key}:{Index}", item, Format(value))];
    }

    private static bool IsOptions(Type type) =>
        type is { IsClass: true, Namespace: { } space } && space.StartsWith(Product, StringComparison.Ordinal);

    private static IEnumerable<PropertyInfo> GetSettableProperties(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(static property => property.SetMethod is { IsPublic: true } || IsMutableList(property.PropertyType));

    private static bool IsMutableList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>);

    private static string Format(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        string text => FormatPath(text),
        IEnumerable items => string.Join(", ", items.Cast<object>().Select(Format)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"A setting of type {value.GetType()} has no format here; add one."),
    };

    /// <summary>Replaces the paths that depend on the machine.</summary>
    private static string FormatPath(string text) => text
        .Replace(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "~", StringComparison.Ordinal)
        .Replace(AppContext.BaseDirectory, "PROGRAM/", StringComparison.Ordinal);
}
