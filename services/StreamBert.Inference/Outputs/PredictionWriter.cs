using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Records;
using StreamBert.Model.Classification;
using StreamBert.Privacy;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Reading;

namespace StreamBert.Inference.Outputs;

/// <summary>Writes the prediction of a classified text, with a copy for the queue of the route that it matches.</summary>
internal sealed class PredictionWriter(PrivacyFilter privacy, Priority priority, TimeProvider time)
{
    public IReadOnlyList<NewRecord> Write(
        InFlightRecord.Queued record, ClassificationResult.Succeeded result, Explanation? explanation)
    {
        var waited = time.GetElapsedTime(record.ReadAt, result.StartedAt);
        var prediction = Predict(record, result, explanation, waited);
        RecordMetrics(prediction, waited);
        return Records(record, prediction);
    }

    /// <summary>Writes the prediction of a model that is served elsewhere.</summary>
    public IReadOnlyList<NewRecord> Write(InFlightRecord.Predicted record)
    {
        var prediction = Predict(record);
        RecordMetrics(prediction, TimeSpan.Zero);
        return Records(record, prediction);
    }

    /// <summary>Returns the record of a prediction, sealed if its subject has a key, and its copies for queues.</summary>
    private IReadOnlyList<NewRecord> Records(InFlightRecord record, TextClassified prediction)
    {
        var (text, pipeline) = (record.Text!, record.Pipeline!);
        if (record.Key is { } key)
            prediction = privacy.SealPrediction(pipeline, prediction, key);
        var output = new NewRecord(
            Topics.Predictions, privacy.KeyFor(pipeline, text.Subject, text.Id), Wire.Serialize(prediction), text.OccurredAt)
        {
            Headers = EventRecord.HeadersFor<TextClassified>(),
        };
        return [output, .. prediction.Routes.Select(queue => output with { Topic = Topics.Route(queue) })];
    }

    private TextClassified Predict(InFlightRecord.Predicted record)
    {
        var queue = RouteSelector.SelectQueue(record.Pipeline.Routes, record.Prediction.Heads);
        return ExternalPrediction.Create(
            record.Pipeline, record.Text, record.Prediction, record.Source.Position, time.GetUtcNow()) with
        {
            ClaimedTime = record.ClaimedTime,
            Routes = queue is null ? [] : [queue],
        };
    }

    private TextClassified Predict(
        InFlightRecord.Queued record, ClassificationResult.Succeeded result, Explanation? explanation, TimeSpan waited)
    {
        var (text, pipeline) = (record.Text, record.Pipeline);
        var heads = result.Output.Heads.Where(head => pipeline.Heads.Contains(head.Key)).ToDictionary();
        var queue = RouteSelector.SelectQueue(pipeline.Routes, heads);
        var storable = StorableText.Create(
            record, privacy.RedactorOf(pipeline.Name).RedactsNames, EntitiesOf(result.Output, pipeline), explanation);
        return new()
        {
            Id = text.Id,
            Pipeline = pipeline.Name,
            ModelVersion = result.ModelVersion,
            FailedVersion = record.Pending.FailedVersion,
            OccurredAt = text.OccurredAt,
            ClaimedTime = record.ClaimedTime,
            ClassifiedAt = time.GetUtcNow(),
            Heads = heads,
            Entities = storable.Entities,
            Attributes = ExternalPrediction.WithLanguage(text),
            Subject = text.Subject,
            Source = text.Source,
            Tokens = record.Pending.Length,
            UnknownTokens = record.Pending.Encoded.UnknownTokens,
            ForeignLanguage = record.Pending.FindForeignLanguage(),
            Truncated = record.Pending.Encoded.IsTruncated,
            Embedding = result.Output.Embedding,
            Story = SimHash.Format(SimHash.Of(storable.Text ?? text.Text)),
            Origin = record.Source.Position,
            Text = storable.Text,
            Notes = text.Notes,
            Explanations = storable.Explanation is null ? null : [storable.Explanation],
            Routes = queue is null ? [] : [queue],
            Timings = new(
                waited.TotalMilliseconds, result.ModelTime.TotalMilliseconds, result.BatchSize, Cached: result.BatchSize == 0),
        };
    }

    /// <summary>Returns the entities of the pipeline's heads; null if none of its heads recognises entities.</summary>
    private static IReadOnlyList<Entity>? EntitiesOf(ClassifiedText output, PipelineOptions pipeline) =>
        output.Entities is not { } entities || pipeline.Heads.All(output.Heads.ContainsKey)
            ? null : [.. entities.Where(entity => pipeline.Heads.Contains(entity.Head))];

    private void RecordMetrics(TextClassified prediction, TimeSpan waited)
    {
        var pipeline = new KeyValuePair<string, object?>("pipeline", prediction.Pipeline);
        InferenceMetrics.Texts.Add(1, pipeline);
        if (prediction.Notes is not null)
            InferenceMetrics.NotedTexts.Add(1, pipeline);
        if (prediction.ClaimedTime is not null)
            InferenceMetrics.ClockSkewedTexts.Add(1, pipeline);
        if (prediction.ForeignLanguage is { } language)
            InferenceMetrics.ForeignLanguageTexts.Add(1, pipeline, new KeyValuePair<string, object?>("language", language));
        InferenceMetrics.Tokens.Add(prediction.Tokens);
        InferenceMetrics.QueueDuration.Record(
            waited.TotalSeconds, new KeyValuePair<string, object?>("priority", priority == Priority.Bulk ? "bulk" : "interactive"));
    }
}
