using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Training.Datasets;

namespace StreamBert.Training.Runs;

/// <summary>Reads the feedback, its withdrawals and the requests of a batch. A record that is none of these is unusable.</summary>
internal sealed class BacklogBatchReader(
    PipelineCatalog pipelines, PrivacyFilter privacy, SubjectVault vault, UnusableRecords unusable, TimeProvider time)
{
    private const string Consequence = "It becomes a dead letter; the feedback after it is used.";

    public BacklogBatch Read(ReadBatch source)
    {
        var batch = new BacklogBatch(source);
        foreach (var (opened, stored) in vault.Open(source.Records).Zip(source.Records))
        {
            if ((opened.State == SealState.Readable || opened.Record.Damage is not null) && Read(opened.Record, stored, batch) is { } fault)
                batch.Unusable.Add((stored, fault));
        }
        return batch;
    }

    /// <summary>Adds the dead letter of a record to its batch, and reports it.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="stored">The record as the log stores it: what the log holds sealed is sealed in the dead letter, too.</param>
    /// <param name="fault">Why it cannot be used.</param>
    public void AddDeadLetter(BacklogBatch batch, LogRecord stored, RecordFault fault)
    {
        unusable.Report("training", stored.Position, fault, Consequence);
        batch.Outputs.Add(DeadLetterFactory.Create(stored, fault, privacy, pipelines.Limits, time.GetUtcNow()));
    }

    /// <returns>The fault of a record that is neither feedback nor a withdrawal nor a request; else null.</returns>
    private RecordFault? Read(LogRecord record, LogRecord stored, BacklogBatch batch)
    {
        if ((RecordFault.OfDamage(record) ?? ToRecordFault(pipelines.Limits.ValidateRecordSize(record.Bytes))) is { } fault)
            return fault;
        void AddRequest(IModelRequest request) => batch.Requests.Add((stored, request));
        if (FeedbackRecord.Is<TrainingRequested>(record))
            return Add<TrainingRequested>(record, pipelines.Limits.Validate, AddRequest);
        if (FeedbackRecord.Is<PromotionRequested>(record))
            return Add<PromotionRequested>(record, pipelines.Limits.Validate, AddRequest);
        if (FeedbackRecord.Is<RollbackRequested>(record))
            return Add<RollbackRequested>(record, pipelines.Limits.Validate, AddRequest);
        if (FeedbackRecord.Is<PinRequested>(record))
            return Add<PinRequested>(record, pipelines.Limits.Validate, AddRequest);
        if (FeedbackRecord.Is<FeedbackWithdrawn>(record))
        {
            return Add<FeedbackWithdrawn>(
                record, pipelines.Limits.Validate, withdrawal => batch.Withdrawals.Add((stored, withdrawal)));
        }
        return FeedbackRecord.Is<FeedbackReceived>(record)
            ? Add<FeedbackReceived>(record, pipelines.FaultOf, feedback => batch.Feedback.Add((stored, feedback)))
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
}
