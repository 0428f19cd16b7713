using System.Runtime.CompilerServices;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Verification;

/// <summary>
/// Judges offsets without an outcome. Only one that a record stands at is missing: Kafka's transactions leave marks at offsets too. One
/// whose outcome
/// retention may have removed cannot be judged.
/// </summary>
internal sealed class HoleCheck(IEventLog log, InputCheck check)
{
    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var topic in check.Partitions.GroupBy(static p => p.Topic))
        {
            var begins = (await log.DescribeAsync([topic.Key], cancellation)).ToDictionary(static p => p.Partition, static p => p.Begin);
            var holes = new Dictionary<int, (CheckedPartition Input, long First, long Last)>();
            foreach (var input in topic)
            {
                var judged = Judged(input, begins[input.Number]);
                foreach (var finding in Unjudged(input, judged))
                    yield return finding;
                if (Stretch(input.Holes().Where(offset => offset >= judged)) is var (first, last, _))
                    holes[input.Number] = (input, first, last);
            }
            await foreach (var finding in MissingAsync(topic.Key, [.. topic], holes, cancellation))
                yield return finding;
        }
    }

    private long Judged(CheckedPartition input, long begin)
        => Math.Max(begin, Math.Max(check.Predictions.Of(input), check.DeadLetters.Of(input)));

    private IEnumerable<Finding> Unjudged(CheckedPartition input, long judged)
    {
        if (Stretch(input.Holes().TakeWhile(offset => offset < judged)) is not var (first, last, count))
            return [];
        var detail = $"{count} of the records from here to offset {last} cannot be judged: retention has removed them, or the predictions or dead letters that may have been theirs";
        return check.Counted(new(FindingKinds.Unjudged, detail, InputCheck.At(input, first)), count);
    }

    private static (long First, long Last, long Count)? Stretch(IEnumerable<long> offsets)
    {
        var (first, last, count) = (-1L, -1L, 0L);
        foreach (var offset in offsets)
            (first, last, count) = (count == 0 ? offset : first, offset, count + 1);
        return count == 0 ? null : (first, last, count);
    }

    /// <summary>Reads the stretches that have holes; other partitions from their ends.</summary>
    private async IAsyncEnumerable<Finding> MissingAsync(
        string topic, List<CheckedPartition> inputs, Dictionary<int, (CheckedPartition Input, long First, long Last)> holes,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (holes.Count == 0)
            yield break;
        var from = inputs.ToDictionary(static p => p.Number, p => holes.TryGetValue(p.Number, out var hole) ? hole.First : p.End);
        await foreach (var record in log.ReadToEndAsync(topic, from, cancellation))
        {
            if (!holes.TryGetValue(record.Position.Partition, out var hole))
                continue;
            if (hole.Input.Covers(record.Position.Offset) && hole.Input.IsHole(record.Position.Offset))
            {
                foreach (var finding in check.Counted(Missing(hole.Input, record)))
                    yield return finding;
            }

            if (record.Position.Offset >= hole.Last && holes.Remove(record.Position.Partition) && holes.Count == 0)
                yield break;
        }
    }

    private static Finding Missing(CheckedPartition input, LogRecord record) => new(
        FindingKinds.Missing, "committed, but neither predicted nor dead-lettered",
        InputCheck.At(input, record.Position.Offset), InputIds.Of(record, input.Pipeline));
}
