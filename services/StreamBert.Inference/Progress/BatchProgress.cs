using StreamBert.Contracts;
using StreamBert.Inference.Outputs;
using StreamBert.Inference.Records;

namespace StreamBert.Inference.Progress;

/// <summary>Computes the progress that a committed batch makes.</summary>
internal static class BatchProgress
{
    /// <summary>The quantile of the delays that is reported: a single text of last year does not describe the stream.</summary>
    private const double DelayQuantile = 0.9;

    /// <summary>Returns the progress of one partition.</summary>
    /// <param name="outputs">The outputs of the partition's records in the order of their offsets.</param>
    public static PartitionProgress OfPartition(IReadOnlyList<RecordOutputs> outputs, PartitionEnds? ends)
    {
        var (first, last) = (outputs[0].Record.Source.Position, outputs[^1].Record.Source.Position);
        var predicted = Predicted(outputs).ToList();
        return new(
            first.Partition, first.Offset, PartitionEnds.ProcessedTo(ends, (first.Topic, first.Partition), last.Offset + 1),
            Ranges(predicted.Select(static record => record.Source.Position.Offset)),
            predicted.Max(static record => record.Text?.OccurredAt));
    }

    /// <summary>Returns the delay between event time and receipt that most texts of a topic do not exceed; null without texts.</summary>
    public static TimeSpan? DelayOf(string topic, IReadOnlyList<RecordOutputs> outputs)
    {
        var delays = Predicted(outputs).Where(record => record.Source.Position.Topic == topic)
            .Select(static record => record.ReceivedAt - record.Text!.OccurredAt).Order().ToList();
        if (delays.Count == 0)
            return null;
        var delay = delays[(int)Math.Ceiling(DelayQuantile * delays.Count) - 1];
        return delay > TimeSpan.Zero ? delay : TimeSpan.Zero;
    }

    /// <summary>Returns the records that became predictions.</summary>
    private static IEnumerable<InFlightRecord> Predicted(IEnumerable<RecordOutputs> outputs) =>
        outputs.Select(static output => output.Record).Where(static record => record is not InFlightRecord.Rejected);

    private static List<OffsetRange> Ranges(IEnumerable<long> offsets)
    {
        var ranges = new List<OffsetRange>();
        foreach (var offset in offsets)
        {
            if (ranges is [.., var last] && last.To == offset)
                ranges[^1] = last with { To = offset + 1 };
            else
                ranges.Add(new(offset, offset + 1));
        }
        return ranges;
    }
}
