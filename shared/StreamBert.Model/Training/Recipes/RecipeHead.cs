using System.Text.Json.Serialization;
using StreamBert.Model.Datasets;
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

    private IEnumerable<RecipeSource> TestSources => Sources.Where(static source => source.Split == RecipeSource.TestSplit);

    /// <summary>Reads the texts of the test splits of a head that classifies whole texts.</summary>
    /// <param name="reader">Reads the files.</param>
    public IEnumerable<LabelledData> ReadTestTexts(RecipeReader reader) => TestSources.Select(source => new LabelledData(
        source.Name, Name, [.. source.ReadLabelledTexts(reader).Select(row => new LabelledText(row.Text, Name, row.Label))]));

    /// <summary>Reads the sentences of the test splits of a head that recognizes entities.</summary>
    /// <param name="reader">Reads the files.</param>
    public IEnumerable<TaggedData> ReadTestSentences(RecipeReader reader) => TestSources.Select(source => new TaggedData(
        source.Name, Name, [.. source.ReadSentences(reader).Select(EntityMap.RemoveUnlabelled)]));

    /// <summary>Creates the head of the package.</summary>
    internal HeadManifest CreateManifest() => HasEntities
        ? new() { Name = Name, Labels = EntityTags.CreateIob2Labels(Labels), Task = Task, Pooling = Pooling.None }
        : new() { Name = Name, Labels = Labels };
}
