using System.Runtime.CompilerServices;
using StreamBert.Contracts;
using StreamBert.Gateway.Ledger;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Verification;

/// <summary>
/// Proves from the log alone that every committed text has exactly one outcome, a prediction or a dead letter; that each prediction has its copies on routes;
/// that the outputs of a partition stand in the order of its records; and that monitor and trainer told nothing twice. It may run beside the services: what
/// is committed after its start is in flight to it.
/// </summary>
public sealed class LogVerifier(IEventLog log, PipelineCatalog pipelines)
{
    /// <summary>Records between two lines of progress.</summary>
    private const int ProgressEvery = 50_000;

    /// <returns>Progress and findings as they come, and the report as the last line.</returns>
    /// <exception cref="VerificationException">The request names what does not exist.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be reached.</exception>
    public async IAsyncEnumerable<VerificationLine> RunAsync(VerificationRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var scope = await VerificationScope.ReadAsync(log, pipelines, request, cancellation);
        var check = new InputCheck(scope.Partitions);
        await foreach (var line in ReadAsync(Topics.Predictions, check.Prediction, check.Predictions, cancellation))
            yield return line;
        await foreach (var line in ReadAsync(Topics.DeadLetter, check.DeadLetter, check.DeadLetters, cancellation))
            yield return line;
        foreach (var queue in check.Queues)
            await foreach (var line in ReadAsync(Topics.Route(queue), record => check.Copy(queue, record), check.Route(queue), cancellation))
                yield return line;
        await foreach (var finding in new HoleCheck(log, check).RunAsync(cancellation))
            yield return new(Finding: finding);
        foreach (var finding in check.MissingCopies())
            yield return new(Finding: finding);

        var events = new EventCheck();
        if (request.IsWhole)
            foreach (var topic in EventCheck.Topics)
                await foreach (var line in ReadAsync(topic, record => check.Counted(events.Check(record)), new(), cancellation))
                    yield return line;
        yield return new(Report: scope.Judge(check.Report(events.Events)));
    }

    /// <summary>Reads a topic to its present end. One that is not there has no records.</summary>
    private async IAsyncEnumerable<VerificationLine> ReadAsync(
        string topic, Func<LogRecord, IEnumerable<Finding>> check, Horizon horizon, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var before = await log.DescribeAsync([topic], cancellation);
        if (before.Count == 0)
            yield break;
        var (read, of) = (0L, before.Sum(static p => p.End - p.Begin));
        yield return new(Progress: new(topic, read, of)); // at once: whoever waits for the first line learns that it has begun
        await foreach (var record in log.ReadToEndAsync(topic, null, cancellation, settled: true))
        {
            foreach (var finding in check(record))
                yield return new(Finding: finding);
            if (++read % ProgressEvery == 0)
                yield return new(Progress: new(topic, read, of));
        }
        horizon.Close(before, await log.DescribeAsync([topic], cancellation));
    }
}
