using StreamBert.Contracts;
using StreamBert.Inference.Records;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Outputs;

/// <summary>Writes the dead letter of a rejected record.</summary>
internal sealed class DeadLetterWriter(PrivacyFilter privacy, FieldLimits limits, TimeProvider time)
{
    public NewRecord Write(InFlightRecord.Rejected rejected)
    {
        InferenceMetrics.DeadLetters.Add(1, new KeyValuePair<string, object?>("reason", rejected.Rejection.Reason));
        try
        {
            return DeadLetterFactory.ToRecord(DeadLetter(rejected));
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            // Content that cannot be redacted or sealed is not copied; the original remains at its origin.
            return DeadLetterFactory.ToRecord(WithoutContent(rejected));
        }
    }

    private DeadLettered DeadLetter(InFlightRecord.Rejected rejected)
    {
        var (source, rejection, pipeline) = (rejected.Source, rejected.Rejection, rejected.Pipeline);
        var (copy, isRedacted) = StorableCopy(rejected);
        return new DeadLettered
        {
            Origin = source.Position,
            Pipeline = pipeline?.Name,
            Reason = rejection.Reason,
            Detail = privacy.RedactText(pipeline?.Name, rejection.Detail),
            ErrorType = rejection.Error?.GetType().FullName,
            Stack = rejection.Error?.StackTrace,
            FailedAt = time.GetUtcNow(),
            Key = copy.Key,
            Value = copy.Value,
            Redacted = isRedacted ? true : null,
            Headers = copy.Headers,
            Timestamp = source.Timestamp,
        }.Truncate(limits);
    }

    /// <summary>Copies the record as far as it may be stored: redacted, or sealed with the subject's key.</summary>
    private (NewRecord Copy, bool IsRedacted) StorableCopy(InFlightRecord.Rejected rejected)
    {
        var source = rejected.Source;
        var isSealed = SubjectVault.IsSealed(source);
        var keyToSeal = isSealed ? null : rejected.Key;
        var (key, value, headers, isRedacted) = privacy.RedactRecord(
            rejected.Pipeline, source, isSealed: isSealed || keyToSeal is not null);
        var copy = new NewRecord(source.Position.Topic, key, value, source.Timestamp) { Headers = headers };
        if (keyToSeal is not null)
            return (SubjectVault.Seal(copy, keyToSeal), isRedacted);
        return !isSealed && HasUnknownSubject(rejected) && value is not null ? (copy with { Value = null }, true) : (copy, isRedacted);
    }

    /// <summary>
    /// Whether the record came unsealed into a pipeline that seals and cannot be parsed, so that there is no key to seal a copy with.
    /// </summary>
    private static bool HasUnknownSubject(InFlightRecord.Rejected rejected) =>
        rejected is { Text: null, Key: null, Pipeline.Privacy.PerSubjectKeys: true };

    private DeadLettered WithoutContent(InFlightRecord.Rejected rejected) => new()
    {
        Origin = rejected.Source.Position,
        Pipeline = rejected.Pipeline?.Name,
        Reason = rejected.Rejection.Reason,
        Detail = "Neither the record nor its error can be shown.",
        FailedAt = time.GetUtcNow(),
        Redacted = true,
        Timestamp = rejected.Source.Timestamp,
    };
}
