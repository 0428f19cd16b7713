using System.Text.Json.Serialization;
using StreamBert.Model.Entities;
using StreamBert.Model.Manifests;

namespace StreamBert.Model.Training.Recipes;

/// <summary>A head of a recipe, with its data.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RecipeHead
{
    /// <summary>The name of the head.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// <see cref="HeadTask.SingleLabel"/> (default), or <see cref="HeadTask.TokenClassification"/>, whose files have the CoNLL format.
    /// </summary>
    public string Task { get; init; } = HeadTask.SingleLabel;

    /// <summary>The names of the labels; of a token-classification head the entity types.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The files with its texts; those of the test split are only evaluated on.</summary>
    public required IReadOnlyList<RecipeSource> Sources { get; init; }

    /// <summary>Whether the head recognizes entities.</summary>
    [JsonIgnore]
    public bool HasEntities => Task == HeadTask.TokenClassification;

    /// <summary>Creates the head of the package.</summary>
    internal HeadManifest CreateManifest() => HasEntities
        ? new() { Name = Name, Labels = EntityTags.CreateIob2Labels(Labels), Task = Task, Pooling = Pooling.None }
        : new() { Name = Name, Labels = Labels };
}
