using System.Runtime.CompilerServices;
using StreamBert.Contracts;
using StreamBert.Streaming.Hosting.Provisioning;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Operations.Verification;

/// <summary>Runs one verification: it reads the outputs, then the gaps in the inputs, then events, and last all other topics.</summary>
internal sealed class VerificationRun
{
    /// <summary>The number of records between two lines of progress.</summary>
    private const int ProgressInterval = 50_000;

    private readonly IEventLog _log;
    private readonly PipelineCatalog _pipelines;
    private readonly VerificationRequest _request;
    private readonly VerificationScope _scope;
    private readonly CheckedLogReader _reader;
    private readonly OutcomeCheck _outcomes;
    private readonly FindingCounter _findings = new();
    private readonly DuplicateEventCheck _events = new();

    public VerificationRun(IEventLog log, PipelineCatalog pipelines, VerificationRequest request, VerificationScope scope)
    {
        (_log, _pipelines, _request, _scope) = (log, pipelines, request, scope);
        (_reader, _outcomes) = (new(log), new(scope.Partitions, _findings));
    }

    public async IAsyncEnumerable<VerificationLine> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var line in VerifyOutputsAsync(cancellation))
            yield return line;
        await foreach (var finding in VerifyInputsAsync(cancellation))
            yield return new(Finding: finding);
        await foreach (var line in VerifyOtherTopicsAsync(cancellation))
            yield return line;
        yield return new(Report: _scope.Conclude(await CreateReportAsync(cancellation)));
    }

    private async IAsyncEnumerable<VerificationLine> VerifyOutputsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var line in ReadAsync(Topics.Predictions, _outcomes.CheckPrediction, _outcomes.Predictions, cancellation))
            yield return line;
        await foreach (var line in ReadAsync(Topics.DeadLetter, _outcomes.CheckDeadLetter, _outcomes.DeadLetters, cancellation))
            yield return line;
        foreach (var route in _outcomes.Routes)
        {
            var lines = ReadAsync(Topics.Route(route), record => _outcomes.CheckCopy(route, record), _outcomes.GetRoute(route),
                cancellation);
            await foreach (var line in lines)
                yield return line;
        }
    }

    /// <summary>
    /// Finds inputs without an outcome and predictions without a copy. Where outputs cannot be read, nothing can be said.
    /// </summary>
    private async IAsyncEnumerable<VerificationFinding> VerifyInputsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        if (_findings[FindingKinds.FilesDamaged] > 0)
            yield break;
        await foreach (var finding in new MissingOutcomeCheck(_log, _outcomes, _findings).RunAsync(cancellation))
            yield return finding;
        foreach (var finding in _outcomes.FindMissingCopies())
            yield return finding;
    }

    private async IAsyncEnumerable<VerificationLine> VerifyOtherTopicsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var topic in _request.CoversWholeLog ? DuplicateEventCheck.Topics : [])
        {
            await foreach (var line in ReadAsync(topic, record => _findings.Count(_events.Check(record)), new(), cancellation))
                yield return line;
        }

        foreach (var topic in await FindUnreadTopicsAsync(cancellation))
        {
            await foreach (var line in ReadAsync(topic, static _ => [], new(), cancellation, _request.From))
                yield return line;
        }

        if (_request.CoversWholeLog)
        {
            foreach (var finding in _findings.Count(await _reader.CheckFilesAsync(cancellation)))
                yield return new(Finding: finding);
        }
    }

    /// <summary>
    /// Finds the topics that were not read yet: the requested inputs, or all topics of the log. On Kafka only StreamBert's topics count.
    /// </summary>
    private async Task<IReadOnlyList<string>> FindUnreadTopicsAsync(CancellationToken cancellation)
    {
        var topics = _request.CoversWholeLog
            ? (await _log.DescribeAsync(null, cancellation)).Select(static p => p.Topic)
            : _scope.Partitions.Select(static p => p.Topic);
        var own = TopicPlan.For(_pipelines, new()).Select(static spec => spec.Name).Concat(_scope.Topics).ToHashSet();
        return
        [
            .. topics.Distinct().Where(topic => !_reader.HasRead(topic) && (!_log.HasTransactionMarkers || own.Contains(topic)))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Reads a topic to its present end and checks its records. A damaged record is reported and not checked.</summary>
    private async IAsyncEnumerable<VerificationLine> ReadAsync(
        string topic, Func<LogRecord, IEnumerable<VerificationFinding>> check, RetentionHorizon horizon,
        [EnumeratorCancellation] CancellationToken cancellation, IReadOnlyDictionary<int, long>? from = null)
    {
        var before = await _log.DescribeAsync([topic], cancellation);
        if (before.Count == 0)
            yield break;
        var (read, total) = (0L, before.Sum(static p => p.End - p.Begin));
        // The first line is written at once, so that a client learns that the verification has started.
        yield return new(Progress: new(topic, read, total));
        await foreach (var (record, damage) in _reader.ReadAsync(topic, from, cancellation))
        {
            foreach (var finding in record is null || damage is not null ? _findings.Count(damage) : check(record))
                yield return new(Finding: finding);
            if (++read % ProgressInterval == 0)
                yield return new(Progress: new(topic, read, total));
        }
        horizon.Complete(before, await _log.DescribeAsync([topic], cancellation));
    }

    private async Task<VerificationReport> CreateReportAsync(CancellationToken cancellation)
    {
        var partitions = _scope.Partitions;
        var (predicted, deadLettered) = (partitions.Sum(static p => p.Predicted), partitions.Sum(static p => p.DeadLettered));
        var missing = _findings[FindingKinds.Missing];
        var topics = (await _log.DescribeAsync(null, cancellation)).Where(p => _reader.HasRead(p.Topic));
        return new(
            predicted + deadLettered + missing, predicted, deadLettered, partitions.Sum(static p => p.InFlight), missing,
            partitions.Sum(static p => p.Duplicated), _findings[FindingKinds.Unverifiable])
        {
            OutOfOrder = _findings[FindingKinds.OutOfOrder],
            Copies = _outcomes.Copies,
            CopiesMissing = _findings[FindingKinds.CopyMissing],
            CopiesDuplicated = _findings[FindingKinds.CopyDuplicated],
            Events = _events.Events,
            EventsDuplicated = _findings[FindingKinds.EventDuplicated],
            OutputsUnreadable = _findings[FindingKinds.OutputUnreadable],
            Read = _reader.RecordsRead,
            Damaged = _findings[FindingKinds.Damaged],
            Lost = _findings[FindingKinds.Lost],
            WithoutChecksum = topics.Sum(static p => p.WithoutChecksum),
            FilesDamaged = _findings[FindingKinds.FilesDamaged],
        };
    }
}
