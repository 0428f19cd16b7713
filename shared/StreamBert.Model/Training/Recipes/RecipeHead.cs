using System.Text.Json.Serialization;

namespace StreamBert.Model.Training.Recipes;

/// <summary>A head of a recipe, with its data.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RecipeHead
{
    /// <summary>The name of the head.</summary>
    public required string Name { get; init; }

    /// <summary>The names of the labels.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The files with its texts; those of the test split are only evaluated on.</summary>
    public required IReadOnlyList<RecipeSource> Sources { get; init; }
}
