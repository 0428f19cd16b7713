using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Routing;
using StreamBert.Model;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Privacy;
using StreamBert.Streaming.Reading;

namespace StreamBert.Inference.Working;

/// <summary>A record with what it leaves in the log.</summary>
internal sealed record RecordOutputs(InFlightRecord Record, IReadOnlyList<NewRecord> Outputs)
{
    public bool IsPrediction => Outputs[0].Topic == Topics.Predictions;
}

/// <summary>What one record leaves in the log: a prediction with its copies on routes, or a dead letter.</summary>
/// <param name="explanations">Of the reader whose texts are to be explained.</param>
internal sealed class Outputs(TextGuard guard, FieldLimits limits, TimeProvider time, Lane lane, Explanations? explanations = null)
{
    private static readonly IReadOnlyDictionary<string, byte[]> PredictionHeaders = Wire.HeadersFor<TextClassified>();

    /// <summary>Waits for the answers and yields the outputs in the order of the records.</summary>
    /// <exception cref="OperationCanceledException">The batch was dropped.</exception>
    public async Task<IReadOnlyList<RecordOutputs>> OfAsync(InFlightBatch batch, CancellationToken cancellation)
    {
        var outputs = new List<RecordOutputs>(batch.Records.Count);
        foreach (var record in batch.Records)
            outputs.Add(new(record, await OfAsync(record, cancellation)));
        return outputs;
    }

    private async Task<IReadOnlyList<NewRecord>> OfAsync(InFlightRecord record, CancellationToken cancellation)
    {
        if (record.Pending is not { } pending)
            return [DeadLetter(record, record.Rejection!)];
        var answer = await pending.Answer.WaitAsync(cancellation);
        if (answer.Error is { } error)
            return [DeadLetter(record, Blamed(error))];
        var (explanation, rejection) = explanations is null
            ? default
            : await explanations.OfAsync(record, answer.Result!.Heads, cancellation);
        return rejection is null ? PredictionOrLetter(record, pending, answer, explanation) : [DeadLetter(record, rejection)];
    }

    /// <summary>
    /// An answer that cannot be written (a model that says "not a number", a prediction that no record can hold) fails its own text, not
    /// the read.
    /// </summary>
    private IReadOnlyList<NewRecord> PredictionOrLetter(InFlightRecord record, PendingText pending, Answer answer, Explanation? explanation)
    {
        try
        {
            var outputs = Prediction(record, pending, answer, explanation);
            return outputs[0].Value!.Length <= RecordLetters.MaxBytes ? outputs
                : [DeadLetter(record, new(
                    DeadLetterReasons.ProcessingFailed,
                    $"Its prediction has {outputs[0].Value!.Length} bytes; a record may have {RecordLetters.MaxBytes}."))];
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            return [DeadLetter(record, new(DeadLetterReasons.ProcessingFailed, $"Its prediction cannot be written: {e.Message}", e))];
        }
    }

    private static Rejection Blamed(Exception error) => error is DeadlinePassedException
        ? new(Reasons.DeadlinePassed, error.Message)
        : new(Reasons.ModelError, $"The model fails on this text alone, and on no other: {error.Message}", error);

    private IReadOnlyList<NewRecord> Prediction(InFlightRecord record, PendingText pending, Answer answer, Explanation? explanation)
    {
        var (text, pipeline) = (record.Text!, record.Pipeline!);
        var heads = answer.Result!.Heads.Where(head => pipeline.Heads.Contains(head.Key)).ToDictionary();
        var queue = Router.Queue(pipeline.Routes, heads);
        var waited = time.GetElapsedTime(record.ReadAt, answer.Started);
        var words = StoredWords.Of(record, guard.RedactorOf(pipeline.Name).RedactsNames, Entities(answer.Result, pipeline), explanation);
        var classified = new TextClassified
        {
            Id = text.Id,
            Pipeline = pipeline.Name,
            ModelVersion = answer.ModelVersion,
            OccurredAt = text.OccurredAt,
            ClaimedTime = record.ClaimedTime,
            ClassifiedAt = time.GetUtcNow(),
            Heads = heads,
            Entities = words.Entities,
            Attributes = WithLanguage(text),
            Subject = text.Subject,
            Source = text.Source,
            Tokens = pending.Length,
            Truncated = pending.Encoded.Truncated,
            Embedding = answer.Result.Embedding,
            Origin = OriginOf(record.Record),
            Text = words.Text,
            Notes = text.Notes,
            Explanations = words.Explanation is null ? null : [words.Explanation],
            Routes = queue is null ? [] : [queue],
            Timings = new(waited.TotalMilliseconds, answer.ModelTime.TotalMilliseconds, answer.BatchSize, Cached: answer.BatchSize == 0),
        };
        Measure(classified, waited);
        if (record.Key is { } key)
            classified = guard.Seal(pipeline, classified, key);
        var prediction = new NewRecord(
            Topics.Predictions,
            guard.KeyOf(pipeline, text.Subject, text.Id),
            Wire.Serialize(classified),
            text.OccurredAt)
        { Headers = PredictionHeaders };
        return queue is null ? [prediction] : [prediction, prediction with { Topic = Topics.Route(queue) }];
    }

    /// <summary>Those of the pipeline's heads.</summary>
    private static IReadOnlyList<Entity>? Entities(ClassifiedText result, PipelineOptions pipeline) =>
        result.Entities is not { } entities || pipeline.Heads.All(result.Heads.ContainsKey)
            ? null : [.. entities.Where(entity => pipeline.Heads.Contains(entity.Head))];

    /// <summary>The language a producer names is an attribute like others: a group to compare, a segment to watch.</summary>
    private static IReadOnlyDictionary<string, string> WithLanguage(TextReceived text) =>
        text.Language is not { } language || text.Attributes.ContainsKey("language")
            ? text.Attributes
            : new Dictionary<string, string>(text.Attributes) { ["language"] = language };

    private NewRecord DeadLetter(InFlightRecord inFlight, Rejection rejection)
    {
        InferenceMetrics.DeadLetters.Add(1, new KeyValuePair<string, object?>("reason", rejection.Reason));
        try
        {
            return RecordLetters.ToRecord(Letter(inFlight, rejection));
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            return RecordLetters.ToRecord(WithoutBytes(inFlight, rejection)); // what cannot be redacted or sealed is not copied; the original stands at its origin
        }
    }

    private DeadLettered WithoutBytes(InFlightRecord inFlight, Rejection rejection) => new()
    {
        Origin = OriginOf(inFlight.Record),
        Pipeline = inFlight.Pipeline?.Name,
        Reason = rejection.Reason,
        Detail = "Neither the record nor what is wrong with it can be shown.",
        FailedAt = time.GetUtcNow(),
        Redacted = true,
        Timestamp = inFlight.Record.Timestamp,
    };

    private DeadLettered Letter(InFlightRecord inFlight, Rejection rejection)
    {
        var record = inFlight.Record;
        var seals = inFlight.Key is not null && !SubjectVault.IsSealed(record);
        var (key, kept, headers, isRedacted) = guard.Hold(inFlight.Pipeline, record, isSealed: seals || SubjectVault.IsSealed(record));
        var value = IsNobodys(inFlight) && !SubjectVault.IsSealed(record) ? null : kept;
        var held = new NewRecord(record.Position.Topic, key, value, record.Timestamp) { Headers = headers };
        if (seals)
            held = SubjectVault.Seal(held, inFlight.Key!);
        return new DeadLettered
        {
            Origin = OriginOf(record),
            Pipeline = inFlight.Pipeline?.Name,
            Reason = rejection.Reason,
            Detail = guard.Word(inFlight.Pipeline?.Name, rejection.Detail),
            ErrorType = rejection.Error?.GetType().FullName,
            Stack = rejection.Error?.StackTrace,
            FailedAt = time.GetUtcNow(),
            Key = held.Key,
            Value = held.Value,
            Redacted = isRedacted || !ReferenceEquals(value, kept) ? true : null,
            Headers = held.Headers,
            Timestamp = record.Timestamp,
        }.Within(limits);
    }

    /// <summary>
    /// What came unsealed into a pipeline that seals, and cannot be read so far as to find its subject: no key to seal a copy with.
    /// </summary>
    private static bool IsNobodys(InFlightRecord record) => record is { Text: null, Key: null, Pipeline.Privacy.PerSubjectKeys: true };

    private void Measure(TextClassified classified, TimeSpan waited)
    {
        InferenceMetrics.Texts.Add(1, new KeyValuePair<string, object?>("pipeline", classified.Pipeline));
        if (classified.Notes is not null)
            InferenceMetrics.Notes.Add(1, new KeyValuePair<string, object?>("pipeline", classified.Pipeline));
        InferenceMetrics.Tokens.Add(classified.Tokens);
        if (classified.ClaimedTime is not null)
            InferenceMetrics.ClockSkew.Add(1, new KeyValuePair<string, object?>("pipeline", classified.Pipeline));
        InferenceMetrics.Wait
            .Record(waited.TotalSeconds, new KeyValuePair<string, object?>("lane", lane == Lane.Bulk ? "bulk" : "interactive"));
    }

    private static RecordOrigin OriginOf(LogRecord record) => new(record.Position.Topic, record.Position.Partition, record.Position.Offset);
}
