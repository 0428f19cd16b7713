using StreamBert.Cli.Files.Rows;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Maps a column of a recipe to a column of a file.</summary>
/// <param name="Name">The name in the recipe.</param>
/// <param name="Column">The name in the file.</param>
internal sealed record RecipeColumn(string Name, string Column)
{
    /// <returns>The values by their names in the recipe, or why the row cannot be used.</returns>
    public static (IReadOnlyDictionary<string, string>? Values, string? Fault) Read(Row row, IReadOnlyList<RecipeColumn> columns)
    {
        var values = new Dictionary<string, string>(columns.Count);
        foreach (var (name, column) in columns)
        {
            var (value, fault) = row.GetRequired(column);
            if (value is null)
                return (null, fault!.Detail);
            values[name] = value;
        }
        return (values, null);
    }
}
