using StreamBert.Model.Datasets;
using StreamBert.Model.Entities;

namespace StreamBert.Model.Training.Recipes;

/// <summary>Maps the entity types of a file to those of a head.</summary>
/// <param name="types">The types of the head by those of the file; others stay unchanged.</param>
public sealed class EntityMap(IReadOnlyDictionary<string, string> types)
{
    /// <summary>The type of words whose tags are unknown: they are not trained on, and count as no entity in an evaluation.</summary>
    public const string Unlabelled = "?";

    /// <summary>Maps the tags of a sentence.</summary>
    /// <param name="sentence">The sentence.</param>
    /// <returns>The sentence with the types of the head.</returns>
    public TaggedSentence Apply(TaggedSentence sentence) => new(sentence.Words, [.. sentence.Tags.Select(Map)]);

    /// <summary>Removes the entities of the type <see cref="Unlabelled"/>.</summary>
    internal static TaggedSentence RemoveUnlabelled(TaggedSentence sentence) => new(
        sentence.Words, [.. sentence.Tags.Select(static tag => EntityTags.GetType(tag) == Unlabelled ? EntityTags.Outside : tag)]);

    private string Map(string tag) =>
        EntityTags.GetType(tag) is { } type && types.TryGetValue(type, out var mapped) ? tag[..^type.Length] + mapped : tag;
}
