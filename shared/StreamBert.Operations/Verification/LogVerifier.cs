using System.Runtime.CompilerServices;
using StreamBert.Contracts;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Verification;

/// <summary>
/// Proves from the log alone that every committed text has exactly one outcome, a prediction or a dead letter; that each prediction has its
/// copies on routes;
/// that the outputs of a partition stand in the order of its records; and that monitor and trainer told nothing twice. It may run beside
/// the services: what
/// is committed after its start is in flight to it. Every record that is read, of all topics if nothing narrows it down, has its checksum
/// checked.
/// </summary>
public sealed class LogVerifier(IEventLog log, PipelineCatalog pipelines)
{
    /// <summary>Records between two lines of progress.</summary>
    private const int ProgressEvery = 50_000;

    /// <returns>Progress and findings as they come, and the report as the last line.</returns>
    /// <exception cref="VerificationException">The request names what does not exist.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be reached.</exception>
    public async IAsyncEnumerable<VerificationLine> RunAsync(
        VerificationRequest request,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var scope = await VerificationScope.ReadAsync(log, pipelines, request, cancellation);
        var check = new InputCheck(scope.Partitions);
        var records = new LogRecords(log);
        await foreach (var line in ReadAsync(records, check, Topics.Predictions, check.Prediction, check.Predictions, cancellation))
            yield return line;
        await foreach (var line in ReadAsync(records, check, Topics.DeadLetter, check.DeadLetter, check.DeadLetters, cancellation))
            yield return line;
        foreach (var queue in check.Queues)
        {
            await foreach (var line in ReadAsync(
                records,
                check,
                Topics.Route(queue),
                record => check.Copy(queue, record),
                check.Route(queue),
                cancellation))
            {
                yield return line;
            }
        }

        await foreach (var finding in HolesAsync(check, cancellation))
            yield return new(Finding: finding);

        var events = new EventCheck();
        if (request.IsWhole)
        {
            foreach (var topic in EventCheck.Topics)
            {
                await foreach (var line in ReadAsync(
                    records,
                    check,
                    topic,
                    record => check.Counted(events.Check(record)),
                    new(),
                    cancellation))
                {
                    yield return line;
                }
            }
        }

        foreach (var topic in await RestAsync(request, scope, records, cancellation))
        {
            await foreach (var line in ReadAsync(records, check, topic, static _ => [], new(), cancellation, request.From))
                yield return line;
        }

        if (request.IsWhole && await records.CheckFilesAsync(cancellation) is { } damage)
        {
            foreach (var finding in check.Counted(damage))
                yield return new(Finding: finding);
        }

        yield return new(Report: scope.Judge(
            check.Report(events.Events) with { Read = records.Read, WithoutChecksum = await WithoutChecksumAsync(records, cancellation) }));
    }

    /// <summary>What has no outcome, and what is not on its route. Where outcomes cannot be read, nobody can say.</summary>
    private async IAsyncEnumerable<Finding> HolesAsync(InputCheck check, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (check.Report(0).FilesDamaged > 0)
            yield break;
        await foreach (var finding in new HoleCheck(log, check).RunAsync(cancellation))
            yield return finding;
        foreach (var finding in check.MissingCopies())
            yield return finding;
    }

    /// <summary>
    /// The topics whose records were not read yet: the inputs asked for, or all that the log has. A Kafka also has topics that are not
    /// ours.
    /// </summary>
    private async Task<IReadOnlyList<string>> RestAsync(
        VerificationRequest request,
        VerificationScope scope,
        LogRecords records,
        CancellationToken cancellation)
    {
        var topics = request.IsWhole
            ? (await log.DescribeAsync(null, cancellation)).Select(static p => p.Topic)
            : scope.Partitions.Select(static p => p.Topic);
        var ours = TopicPlan.For(pipelines, new()).Select(static spec => spec.Name).Concat(scope.Topics).ToHashSet();
        return [.. topics.Distinct().Where(topic => !records.HasRead(topic) && (!log.LeavesMarks || ours.Contains(topic)))
            .Order(StringComparer.Ordinal)];
    }

    private async Task<long> WithoutChecksumAsync(LogRecords records, CancellationToken cancellation) =>
        (await log.DescribeAsync(null, cancellation)).Where(p => records.HasRead(p.Topic)).Sum(static p => p.WithoutChecksum);

    /// <summary>
    /// Reads a topic to its present end. One that is not there has no records; a damaged record is told, and tells nothing itself.
    /// </summary>
    private async IAsyncEnumerable<VerificationLine> ReadAsync(
        LogRecords records, InputCheck counts, string topic, Func<LogRecord, IEnumerable<Finding>> check, Horizon horizon,
        [EnumeratorCancellation] CancellationToken cancellation, IReadOnlyDictionary<int, long>? from = null)
    {
        var before = await log.DescribeAsync([topic], cancellation);
        if (before.Count == 0)
            yield break;
        var (read, of) = (0L, before.Sum(static p => p.End - p.Begin));
        yield return new(Progress: new(topic, read, of)); // at once: whoever waits for the first line learns that it has begun
        await foreach (var (record, fault) in records.ReadAsync(topic, from, cancellation))
        {
            foreach (var finding in fault is null ? check(record!) : counts.Counted(fault))
                yield return new(Finding: finding);
            if (++read % ProgressEvery == 0)
                yield return new(Progress: new(topic, read, of));
        }
        horizon.Close(before, await log.DescribeAsync([topic], cancellation));
    }
}
