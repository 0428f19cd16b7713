namespace StreamBert.Privacy;

/// <summary>
/// Adds values under names that may have become equal by redaction: such names are distinguished by a number, so that no value is lost.
/// </summary>
internal static class UniqueNames
{
    public static void Add<T>(Dictionary<string, T> values, string name, T value)
    {
        var unique = name;
        for (var number = 2; !values.TryAdd(unique, value); number++)
            unique = $"{name} {number}";
    }
}
