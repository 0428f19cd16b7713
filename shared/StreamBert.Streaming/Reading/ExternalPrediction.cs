using StreamBert.Contracts;

namespace StreamBert.Streaming.Reading;

/// <summary>
/// Creates the prediction of a model that is served elsewhere: the same for a record of a topic, a request and a row of a file.
/// </summary>
public static class ExternalPrediction
{
    private const string LanguageAttribute = "language";

    /// <summary>Creates a prediction without routes.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="text">The redacted text; it is empty if the prediction comes without one.</param>
    /// <param name="prediction">The answers of the model.</param>
    /// <param name="origin">The position of the record in its input topic.</param>
    /// <param name="classifiedAt">The time at which the record is processed.</param>
    public static TextClassified Create(
        PipelineOptions pipeline, TextReceived text, ParsedPrediction prediction, RecordPosition origin, DateTimeOffset classifiedAt) =>
        new()
        {
            Id = text.Id,
            Pipeline = pipeline.Name,
            ModelVersion = prediction.ModelVersion,
            OccurredAt = text.OccurredAt,
            ClassifiedAt = classifiedAt,
            Heads = prediction.Heads,
            Attributes = WithLanguage(text),
            Subject = text.Subject,
            Source = text.Source,
            Story = text.Text.Length > 0 ? SimHash.Format(SimHash.Of(text.Text)) : null,
            Tokens = 0,
            Origin = origin,
            Text = pipeline.Privacy.KeepText && text.Text.Length > 0 ? text.Text : null,
            Notes = text.Notes,
            Timings = new(0, 0, 0, Cached: false),
        };

    /// <summary>
    /// Returns the attributes of a text with its language, so that it can serve as a group to compare or a segment to monitor.
    /// </summary>
    public static IReadOnlyDictionary<string, string> WithLanguage(TextReceived text) =>
        text.Language is not { } language || text.Attributes.ContainsKey(LanguageAttribute)
            ? text.Attributes
            : new Dictionary<string, string>(text.Attributes) { [LanguageAttribute] = language };
}
