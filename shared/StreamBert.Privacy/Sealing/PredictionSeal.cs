using System.Text;
using StreamBert.Contracts;
using StreamBert.Privacy.Keys;

namespace StreamBert.Privacy.Sealing;

/// <summary>Moves the sensitive fields of a prediction into its seal, and back.</summary>
internal static class PredictionSeal
{
    /// <summary>
    /// Seals the text, the entities, the explanations and the other fields that the producer wrote. The embedding and the story, which
    /// reveal something about the text, are removed; the labels stay readable.
    /// </summary>
    public static TextClassified Seal(TextClassified prediction, SubjectKey key)
    {
        var fields = new SealedFields(
            prediction.Text,
            prediction.Entities?.Select(static entity => entity.Text).ToList(),
            prediction.Explanations?.Select(static explanation => explanation.Words.Select(static word => word.Text).ToList()).ToList())
        {
            Subject = prediction.Subject,
            Source = prediction.Source,
            Attributes = prediction.Attributes.Count == 0 ? null : prediction.Attributes.ToDictionary(),
            Notes = prediction.Notes,
        };
        return WithoutFields(prediction) with { Sealed = SealCodec.Seal(key, fields.ToBytes(), AssociatedData(prediction.Id)) };
    }

    /// <summary>The data that a seal is bound to: a seal that was moved to another prediction does not open.</summary>
    public static byte[] AssociatedData(string id) => Encoding.UTF8.GetBytes(id);

    /// <summary>Restores sealed fields. Entities and explanations without a matching sealed text stay without one.</summary>
    public static TextClassified Restore(TextClassified prediction, SealedFields fields) => prediction with
    {
        Sealed = null,
        Text = fields.Text,
        Subject = fields.Subject ?? prediction.Subject,
        Source = fields.Source ?? prediction.Source,
        Attributes = fields.Attributes ?? prediction.Attributes,
        Notes = fields.Notes ?? prediction.Notes,
        Entities = prediction.Entities?.Select((entity, at) => entity with { Text = fields.Entities?.ElementAtOrDefault(at) }).ToList(),
        Explanations = prediction.Explanations?.Select((explanation, at) => explanation with
        {
            Words = [.. explanation.Words.Select((word, place) =>
                word with { Text = fields.Explanations?.ElementAtOrDefault(at)?.ElementAtOrDefault(place) })],
        }).ToList(),
    };

    private static TextClassified WithoutFields(TextClassified prediction) => prediction with
    {
        Text = null,
        Subject = null,
        Source = null,
        Attributes = new Dictionary<string, string>(),
        Notes = null,
        Embedding = null,
        Story = null,
        Entities = prediction.Entities?.Select(static entity => entity with { Text = null }).ToList(),
        Explanations = prediction.Explanations?.Select(static explanation => explanation.WithoutText()).ToList(),
    };
}
