using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Datasets;

/// <summary>
/// Joins feedback with the prediction of its id, in one pass over the predictions in the log, which needs no state store and no index in
/// memory: feedback that has neither text nor origin, and that whose subject or fairness groups are wanted.
/// </summary>
internal sealed class PredictionJoin(IEventLog log, PrivacyFilter privacy, SubjectVault vault)
{
    /// <summary>Returns the feedback with text and origin of its prediction; null where it needs a prediction and there is none.</summary>
    /// <param name="feedback">
    /// The feedback. If none of it needs its prediction, all is returned as it is; otherwise the predictions of all are searched.
    /// </param>
    /// <param name="from">The first offset of each partition of the predictions to read; null: all.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <param name="isWanted">Whether the prediction of feedback is wanted although it is not needed; null: of none.</param>
    public async Task<IReadOnlyList<JoinedFeedback?>> JoinAsync(
        IReadOnlyList<FeedbackReceived> feedback, IReadOnlyDictionary<int, long>? from, CancellationToken cancellation,
        Func<FeedbackReceived, bool>? isWanted = null)
    {
        var isSearched = feedback.Any(item => IsNeededBy(item) || isWanted?.Invoke(item) == true);
        var found = !isSearched ? [] : await FindAsync(
            feedback.SelectMany(item => privacy.StoredIdsOf(item.Id)).ToHashSet(StringComparer.Ordinal), from, cancellation);
        return [.. feedback.Select(item => Join(item, found))];
    }

    /// <summary>Returns whether feedback has neither a text nor the position of one.</summary>
    private static bool IsNeededBy(FeedbackReceived feedback) => string.IsNullOrWhiteSpace(feedback.Text) && feedback.Origin is null;

    private JoinedFeedback? Join(FeedbackReceived feedback, Dictionary<(string, string), TextClassified> found)
    {
        if (found.Count == 0)
            return IsNeededBy(feedback) ? null : new(feedback);
        var prediction = privacy.StoredIdsOf(feedback.Id).Select(id => found.GetValueOrDefault((feedback.Pipeline, id)))
            .FirstOrDefault(static match => match is not null);
        if (prediction is null)
            return IsNeededBy(feedback) ? null : new(feedback);
        var complete = IsNeededBy(feedback) ? feedback with { Text = prediction.Text, Origin = prediction.Origin } : feedback;
        return new(complete with { Subject = prediction.Subject ?? feedback.Subject }, prediction.Attributes)
        {
            Source = prediction.Source,
            HasPrediction = true,
            IsErased = prediction.Erased == true || prediction.Sealed is not null,
        };
    }

    private async Task<Dictionary<(string Pipeline, string Id), TextClassified>> FindAsync(
        HashSet<string> ids, IReadOnlyDictionary<int, long>? from, CancellationToken cancellation)
    {
        var found = new Dictionary<(string, string), TextClassified>();
        await foreach (var record in log.ReadToEndAsync(Topics.Predictions, from, cancellation))
        {
            if (record.Value is not null && ReadId(record.Value) is { } id && ids.Contains(id)
                && EventReader.Read<TextClassified>(record, out var prediction) is null)
            {
                found[(prediction.Pipeline, prediction.Id)] = prediction;
            }
        }
        return found.Keys.Zip(vault.Open([.. found.Values])).ToDictionary(static pair => pair.First, static pair => pair.Second);
    }

    /// <summary>Returns the id of a prediction without reading the rest; null if the value is none.</summary>
    private static string? ReadId(byte[] value)
    {
        try
        {
            var reader = new Utf8JsonReader(value);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("id"u8);
                reader.Read();
                if (isId)
                    return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                reader.Skip();
            }
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // the monitor reports the record
        }
    }
}
