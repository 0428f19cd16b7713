using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Training.Datasets;

namespace StreamBert.Training.Runs;

/// <summary>Reads the feedback and the requests of a batch. A record that is neither becomes a dead letter.</summary>
internal sealed class BacklogBatchReader(
    PipelineCatalog pipelines, PrivacyFilter privacy, SubjectVault vault, UnusableRecords unusable, TimeProvider time,
    ILogger<BacklogBatchReader> logger)
{
    private const string Consequence = "It becomes a dead letter; the feedback after it is used.";

    public BacklogBatch Read(ReadBatch source)
    {
        var batch = new BacklogBatch(source);
        foreach (var (opened, stored) in vault.Open(source.Records).Zip(source.Records))
        {
            if ((opened.State == SealState.Readable || opened.Record.Damage is not null) && Read(opened.Record, batch) is { } fault)
            {
                unusable.Report("training", stored.Position, fault, Consequence);
                // The stored record: what the log holds sealed is sealed in the dead letter, too.
                batch.DeadLetters.Add(DeadLetterFactory.Create(stored, fault, privacy, pipelines.Limits, time.GetUtcNow()));
            }
        }
        return batch;
    }

    /// <returns>The fault of a record that is neither feedback nor a request; else null.</returns>
    private RecordFault? Read(LogRecord record, BacklogBatch batch)
    {
        if ((RecordFault.OfDamage(record) ?? ToRecordFault(pipelines.Limits.ValidateRecordSize(record.Bytes))) is { } fault)
            return fault;
        if (FeedbackRecord.Is<TrainingRequested>(record))
            return Add<TrainingRequested>(record, pipelines.Limits.Validate, request => batch.RequestedModels.Add(request.Model));
        if (FeedbackRecord.Is<RollbackRequested>(record))
            return Add<RollbackRequested>(record, pipelines.Limits.Validate, batch.Rollbacks.Add);
        return FeedbackRecord.Is<FeedbackReceived>(record)
            ? Add<FeedbackReceived>(record, pipelines.FaultOf, feedback => CountFeedback(feedback, batch))
            : RecordFault.InvalidEvent("its type header names no event of this topic");
    }

    private RecordFault? Add<T>(LogRecord record, Func<T, LimitFault?> validate, Action<T> add)
        where T : class
    {
        if ((EventReader.Read<T>(record, out var read, time.GetUtcNow()) ?? ToRecordFault(validate(read))) is { } fault)
            return fault;
        add(read);
        return null;
    }

    private static RecordFault? ToRecordFault(LimitFault? fault) => fault is null ? null : new(fault.Code, fault.Detail);

    private void CountFeedback(FeedbackReceived feedback, BacklogBatch batch)
    {
        TrainingMetrics.Feedback.Add(1, new KeyValuePair<string, object?>("pipeline", feedback.Pipeline));
        if (pipelines.Find(feedback.Pipeline)?.Model is { } model)
        {
            batch.FeedbackByModel[model] = batch.FeedbackByModel.GetValueOrDefault(model) + 1;
            return;
        }
        logger.LogWarning(
            "The feedback on id {Id} names the pipeline '{Pipeline}', which is not configured here; no model is trained on it ({Reason})",
            privacy.Pseudonymize(null, feedback.Id), privacy.RedactText(null, feedback.Pipeline), ExclusionReason.UnknownPipeline);
    }
}
