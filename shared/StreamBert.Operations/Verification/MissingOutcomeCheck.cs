using System.Runtime.CompilerServices;
using StreamBert.Operations.Records;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Verification;

/// <summary>
/// Checks the offsets without an outcome. An outcome is missing only if the offset holds a record: Kafka's transaction markers take
/// offsets too. If retention
/// may have deleted the outcome, nothing can be said.
/// </summary>
internal sealed class MissingOutcomeCheck(IEventLog log, OutcomeCheck outcomes, FindingCounter findings)
{
    public async IAsyncEnumerable<VerificationFinding> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var topic in outcomes.Partitions.GroupBy(static p => p.Topic))
        {
            var begins = (await log.DescribeAsync([topic.Key], cancellation)).ToDictionary(static p => p.Partition, static p => p.Begin);
            var gaps = new Dictionary<int, Gap>();
            foreach (var input in topic)
            {
                var first = GetFirstVerifiableOffset(input, begins[input.Number]);
                foreach (var finding in CheckUnverifiable(input, first))
                    yield return finding;
                if (Gap.Of(input, input.FindOffsetsWithoutOutcome().SkipWhile(offset => offset < first)) is { } gap)
                    gaps[input.Number] = gap;
            }
            await foreach (var finding in FindMissingAsync([.. topic], gaps, cancellation))
                yield return finding;
        }
    }

    private long GetFirstVerifiableOffset(VerifiedPartition input, long begin) => Math.Max(
        begin,
        Math.Max(outcomes.Predictions.GetFirstVerifiableOffset(input), outcomes.DeadLetters.GetFirstVerifiableOffset(input)));

    private IEnumerable<VerificationFinding> CheckUnverifiable(VerifiedPartition input, long firstVerifiable)
    {
        if (Gap.Of(input, input.FindOffsetsWithoutOutcome().TakeWhile(offset => offset < firstVerifiable)) is not { } gap)
            return [];
        var detail = $"{gap.Count} of the records up to offset {gap.Last} cannot be verified: retention has deleted them, or the "
            + "predictions or dead "
            + "letters that may have been their outcomes";
        return findings.Count(new(FindingKinds.Unverifiable, detail, input.PositionOf(gap.First)), gap.Count);
    }

    /// <summary>Reads the ranges that have gaps; other partitions are read from their ends.</summary>
    private async IAsyncEnumerable<VerificationFinding> FindMissingAsync(
        List<VerifiedPartition> inputs, Dictionary<int, Gap> gaps, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (gaps.Count == 0)
            yield break;
        var from = inputs.ToDictionary(static p => p.Number, p => gaps.TryGetValue(p.Number, out var gap) ? gap.First : p.End);
        await foreach (var record in log.ReadToEndAsync(inputs[0].Topic, from, cancellation))
        {
            var (_, partition, offset) = record.Position;
            if (!gaps.TryGetValue(partition, out var gap))
                continue;
            if (gap.Input.Contains(offset) && !gap.Input.HasOutcome(offset))
            {
                foreach (var finding in findings.Count(CreateFinding(gap.Input, record)))
                    yield return finding;
            }

            if (offset >= gap.Last && gaps.Remove(partition) && gaps.Count == 0)
                yield break;
        }
    }

    private static VerificationFinding CreateFinding(VerifiedPartition input, LogRecord record) => new(
        FindingKinds.Missing, "committed, but neither predicted nor dead-lettered",
        input.PositionOf(record.Position.Offset), InputRecordId.Read(record, input.Pipeline));

    /// <summary>The range of offsets of an input partition that have no outcome.</summary>
    private sealed record Gap(VerifiedPartition Input, long First, long Last, long Count)
    {
        /// <returns>Null if there are no offsets.</returns>
        public static Gap? Of(VerifiedPartition input, IEnumerable<long> offsets)
        {
            Gap? gap = null;
            foreach (var offset in offsets)
                gap = gap is null ? new(input, offset, offset, 1) : gap with { Last = offset, Count = gap.Count + 1 };
            return gap;
        }
    }
}
