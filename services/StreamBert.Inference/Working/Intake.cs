using System.Globalization;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Reading;
using StreamBert.Inference.Serving;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Privacy;
using StreamBert.Streaming.Reading;
using StreamBert.Streaming.Schemas;

namespace StreamBert.Inference.Working;

/// <summary>Parses and tokenizes the records of a read and hands them to their models.</summary>
internal sealed class Intake(
    PipelineCatalog pipelines, IReadOnlyDictionary<string, ModelServer> servers, TextGuard guard, SubjectVault vault, Lane lane, InferenceOptions options, TimeProvider time,
    ByteBudget budget, SchemaDecoder schemas, FaultyRecords faults)
{
    private const string DeadLettered = "It goes to the dead letters, and the records behind it go on.";

    private static readonly Dictionary<string, byte[]> NoHeaders = [];
    private readonly EventTimeLimit _eventTimes = new(options.ClockSkewTolerance);
    private readonly ParallelOptions _workers = new()
    {
        MaxDegreeOfParallelism = options.TokenizerWorkers ?? Math.Max(1, Environment.ProcessorCount / 2)
    };

    /// <summary>
    /// Returns when there was room for the read and every text stands in its model's queue, which waits while that is full. Cancelled, it
    /// and its
    /// texts are dropped.
    /// </summary>
    /// <param name="known">What is known to be wrong with a record, so that it is not processed.</param>
    public async Task<InFlightBatch> TakeInAsync(ReadBatch batch, Func<LogPosition, RecordFault?> known, CancellationToken cancellation)
    {
        var decoded = await schemas.DecodeAsync(batch.Records, cancellation);
        var room = await InFlightRoom.TakeAsync(budget, batch, cancellation);
        var dropped = new CancellationTokenSource();
        var inFlight = new InFlightBatch(batch, PrepareAll(batch, decoded, known, dropped, room), dropped, room);
        try
        {
            foreach (var group in inFlight.Records.Where(static record => record.Pending is { Answer.IsCompleted: false })
                .GroupBy(static record => record.Pipeline!.Model))
            {
                await servers[group.Key].Queue.SubmitAsync(lane, [.. group.Select(static record => record.Pending!)], cancellation);
            }

            return inFlight;
        }
        catch
        {
            inFlight.Dispose();
            throw;
        }
    }

    /// <summary>The records of the read; if they cannot be prepared at all (the keys are out of reach), its room is free again.</summary>
    private IReadOnlyList<InFlightRecord> PrepareAll(
        ReadBatch batch,
        IReadOnlyList<DecodedRecord> decoded,
        Func<LogPosition, RecordFault?> known,
        CancellationTokenSource dropped,
        InFlightRoom room)
    {
        try
        {
            var readAt = time.GetTimestamp();
            var records = new InFlightRecord[batch.Records.Count];
            var opened = vault.Open([.. batch.Records
                .Select(record => record.Damage is null && known(record.Position) is null ? record : record with { Headers = NoHeaders })]);
            Parallel.For(
                0,
                records.Length,
                _workers,
                i => records[i] = PrepareSafely(decoded[i], batch.Records[i], opened[i], known, readAt, dropped.Token));
            return WithKeys(records);
        }
        catch
        {
            room.Dispose();
            dropped.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Texts that came unsealed into a pipeline that seals (from other producers) get their subjects' keys, all in one look-up.
    /// </summary>
    private IReadOnlyList<InFlightRecord> WithKeys(InFlightRecord[] records)
    {
        static bool Lacks(InFlightRecord record) => record is { Key: null, Text.Subject: not null, Pipeline.Privacy.PerSubjectKeys: true };
        if (!records.Any(Lacks))
            return records;
        var keys = vault.KeysOf(records.Where(Lacks).Select(static record => record.Text!.Subject));
        return [.. records.Select(record => Lacks(record) ? record with { Key = keys[record.Text!.Subject!] } : record)];
    }

    /// <summary>Whatever one record makes the code throw is that record's fault, and no other's.</summary>
    private InFlightRecord PrepareSafely(
        DecodedRecord decoded,
        LogRecord record,
        OpenedRecord opened,
        Func<LogPosition, RecordFault?> known,
        long readAt,
        CancellationToken dropped)
    {
        var pipeline = PipelineOf(record);
        if ((EventReader.Damage(record) ?? known(record.Position)) is { } fault)
            return Unusable(record, pipeline, readAt, fault);
        try
        {
            return Prepare(decoded, record, opened, pipeline, readAt, dropped);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            return Unusable(
                record,
                pipeline,
                readAt,
                new(DeadLetterReasons.ProcessingFailed, $"The record cannot be processed: {e.Message}", e));
        }
    }

    private InFlightRecord Unusable(LogRecord record, PipelineOptions? pipeline, long readAt, RecordFault fault)
    {
        faults.Report("inference", record.Position, fault, DeadLettered);
        return new(record, pipeline, readAt)
        {
            ReceivedAt = record.ReceivedAt ?? time.GetUtcNow(),
            Rejection = new(fault.Reason, fault.Detail, fault.Error)
        };
    }

    /// <param name="decoded">With its value as JSON; a sealed one as it is.</param>
    /// <param name="record">As it stands in the log.</param>
    /// <param name="opened">The same without its seal.</param>
    private InFlightRecord Prepare(
        DecodedRecord decoded,
        LogRecord record,
        OpenedRecord opened,
        PipelineOptions? pipeline,
        long readAt,
        CancellationToken dropped)
    {
        var inFlight = new InFlightRecord(record, pipeline, readAt)
        {
            Key = opened.Key,
            ReceivedAt = record.ReceivedAt ?? time.GetUtcNow()
        };
        if (pipeline is null)
        {
            return inFlight with
            {
                Rejection = new(
                Reasons.UnknownPipeline,
                $"The header '{RecordHeaders.Pipeline}' names no configured pipeline.")
            };
        }

        if (opened.State != SealState.Readable)
            return inFlight with { Rejection = Unreadable(opened.State) };
        if (decoded.Fault is { } fault)
            return inFlight with { Rejection = new(fault.Reason, fault.Detail) };
        var (parsed, rejection) = RecordParser.Parse(
            ReferenceEquals(decoded.Record, record) ? opened.Record : decoded.Record,
            pipeline,
            pipelines.Limits);
        if (parsed is null)
            return inFlight with { Rejection = rejection };
        var text = guard.ForModel(pipeline, _eventTimes.Apply(parsed, inFlight.ReceivedAt, out var claimed));
        var stored = pipeline.Privacy.SeesOriginal && guard.RedactorOf(pipeline.Name) is { IsEmpty: false } redactor
            ? redactor.Redact(text.Text)
            : null;
        inFlight = inFlight with { Text = text, Stored = stored, ClaimedTime = claimed };
        if (!servers.TryGetValue(pipeline.Model, out var server))
        {
            return inFlight with
            {
                Rejection = new(
                Reasons.ModelError,
                $"No version of the model '{pipeline.Model}' is here yet; replay this letter when one serves.")
            };
        }

        using var lease = server.Slot.Acquire();
        try
        {
            var pending = new PendingText(text.Text, lease.Model, lane, dropped) { Deadline = DeadlineOf(record) };
            AnswerAtOnce(pending, lease.Model.Version, server.Cache);
            return inFlight with { Pending = pending };
        }
        catch (Exception e)
        {
            return inFlight with { Rejection = new(Reasons.ModelError, $"The text cannot be tokenized: {e.Message}", e) };
        }
    }

    private static Rejection Unreadable(SealState state) => state == SealState.Erased
        ? new(Reasons.Erased, "The subject of this text was erased before it was classified; nobody can read it any more.")
        : new(Reasons.Sealed, "The text is sealed and its key is not here. Give this service the Privacy:Directory (and MasterKey) of the one that sealed it, then replay this letter.");

    /// <summary>If its answer is of no use any more, or is remembered.</summary>
    private void AnswerAtOnce(PendingText pending, string version, AnswerCache cache)
    {
        pending.Expire(time);
        if (pending.IsWanted && cache.Find(version, pending.Encoded) is { } known)
            pending.Complete(new(known, null, version, time.GetTimestamp(), TimeSpan.Zero, 0));
    }

    /// <summary>
    /// Null if there is none that can be read. Bulk texts have none: nobody awaits them, and a header of that name may mean something
    /// else to their producers. Nor have replayed ones, which somebody wants whatever their time.
    /// </summary>
    private DateTimeOffset? DeadlineOf(LogRecord record) =>
        lane == Lane.Interactive && !record.Headers.ContainsKey(RecordHeaders.ReplayOf)
            && record.Headers.TryGetValue(RecordHeaders.Deadline, out var value)
            && DateTimeOffset.TryParse(
            Encoding.UTF8.GetString(value),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var deadline)
            ? deadline : null;

    private PipelineOptions? PipelineOf(LogRecord record)
    {
        if (pipelines.ForTopic(record.Position.Topic) is { } pipeline)
            return pipeline;
        return record.Headers.TryGetValue(RecordHeaders.Pipeline, out var name) ? pipelines.Find(Encoding.UTF8.GetString(name)) : null;
    }
}
