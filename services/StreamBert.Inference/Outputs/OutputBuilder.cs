using System.Diagnostics;
using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Records;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Reading;

namespace StreamBert.Inference.Outputs;

/// <summary>Builds the output records of a batch.</summary>
/// <param name="explainer">Explains the predictions of texts that ask for it; null in a consumer group without explanations.</param>
internal sealed class OutputBuilder(
    PredictionWriter predictions, DeadLetterWriter deadLetters, TimeProvider time, TextExplainer? explainer = null)
{
    /// <summary>Waits for the results and returns the outputs in the order of the records.</summary>
    /// <exception cref="OperationCanceledException">The batch was abandoned.</exception>
    public async Task<IReadOnlyList<RecordOutputs>> BuildAsync(InFlightBatch batch, CancellationToken cancellation)
    {
        var outputs = new List<RecordOutputs>(batch.Records.Count);
        foreach (var record in batch.Records)
            outputs.Add(ClassificationTrace.Continue(await BuildAsync(record, cancellation), time));
        return outputs;
    }

    private async Task<RecordOutputs> BuildAsync(InFlightRecord record, CancellationToken cancellation) => record switch
    {
        InFlightRecord.Queued queued => await CompleteAsync(queued, cancellation),
        InFlightRecord.Predicted predicted => Publish(predicted, () => predictions.Write(predicted), predicted.Reject),
        InFlightRecord.Rejected rejected => DeadLetter(rejected),
        _ => throw new UnreachableException(),
    };

    private async Task<RecordOutputs> CompleteAsync(InFlightRecord.Queued record, CancellationToken cancellation)
    {
        var result = await record.Pending.Result.WaitAsync(cancellation);
        if (result is not ClassificationResult.Succeeded succeeded)
            return DeadLetter(record.Reject(RejectionOf(((ClassificationResult.Failed)result).Error)));
        if (explainer is null)
            return Publish(record, () => predictions.Write(record, succeeded, null), record.Reject);
        var (explanation, rejection) = await explainer.ExplainAsync(record, succeeded.Output.Heads, cancellation);
        return rejection is null
            ? Publish(record, () => predictions.Write(record, succeeded, explanation), record.Reject)
            : DeadLetter(record.Reject(rejection));
    }

    /// <summary>
    /// Writes a prediction. One that cannot be written (a score that is not a number, a record over the size limit) fails its own text,
    /// not the batch.
    /// </summary>
    private RecordOutputs Publish(
        InFlightRecord record, Func<IReadOnlyList<NewRecord>> write, Func<Rejection, InFlightRecord.Rejected> reject)
    {
        try
        {
            var outputs = write();
            return outputs[0].Value is { Length: > NewRecord.MaxBytes } value
                ? DeadLetter(reject(TooLarge(value.Length)))
                : new(record, outputs);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            return DeadLetter(reject(new(DeadLetterReasons.ProcessingFailed, $"The prediction cannot be written: {e.Message}", e)));
        }
    }

    private RecordOutputs DeadLetter(InFlightRecord.Rejected record) => new(record, [deadLetters.Write(record)]);

    private static Rejection TooLarge(int bytes) => new(
        DeadLetterReasons.ProcessingFailed, $"The prediction has {bytes} bytes; a record may have {NewRecord.MaxBytes}.");

    private static Rejection RejectionOf(Exception error) => error is DeadlinePassedException
        ? new(DeadLetterReasons.DeadlinePassed, error.Message)
        : new(DeadLetterReasons.ModelError, $"The model fails on this text alone, and on no other: {error.Message}", error);
}
