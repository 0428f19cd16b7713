using StreamBert.Contracts;
using StreamBert.Inference.Working;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Progress;

/// <summary>
/// Writes the <see cref="InputProgress"/> of one group reader: with every commit, and while nothing comes, so that a monitor can tell a
/// source
/// that is silent from a worker that is. Used by the commit loop alone.
/// </summary>
internal sealed class ProgressReporter(
    IEventLog log, string group, IReadOnlyCollection<string> topics, PipelineCatalog pipelines, TimeSpan interval, TimeProvider time)
{
    /// <summary>The share of texts whose delay is at most what is reported: one text of last year says nothing of the stream.</summary>
    private const double DelayQuantile = 0.9;

    private static readonly IReadOnlyDictionary<string, byte[]> Headers = Wire.HeadersFor<InputProgress>();
    private readonly EndOffsets _ends = new(log, topics, time);
    private readonly InputPositions _positions = new(log, group, topics);
    private readonly Dictionary<(string Topic, int Partition), long> _reported = [];
    private List<InputProgress> _pending = [];
    private EndOffsetsAt? _reportedEnds;

    /// <summary>Another reader begins: nothing is assigned to it yet.</summary>
    public void Restart()
    {
        _positions.Clear();
        _reported.Clear();
        (_pending, _reportedEnds) = ([], null);
    }

    public void AssignmentChanged(AssignmentChange change) => _positions.Change(change);

    /// <summary>The ends after a read; awaited when that read is committed.</summary>
    public Task<EndOffsetsAt?> EndsAsync() => _ends.ReadAsync();

    /// <summary>The progress that a batch makes, for the same commit as its outputs.</summary>
    public async Task<IReadOnlyList<NewRecord>> OfAsync(
        IReadOnlyList<RecordOutputs> outputs, Task<EndOffsetsAt?> ends, CancellationToken cancellation)
    {
        var positions = await _positions.ReadAsync(cancellation);
        var at = await ends;
        var read = outputs.GroupBy(static output => (output.Record.Record.Position.Topic, output.Record.Record.Position.Partition))
            .ToDictionary(static partition => partition.Key, partition => Advanced([.. partition], at));
        var moved = positions.Where(
            position => !read.ContainsKey(position.Key) && Reached(position, at) != _reported.GetValueOrDefault(position.Key, -1))
            .Select(position => (position.Key, Progress: At(position.Key.Partition, Reached(position, at))));
        return Records(read.Select(static part => (part.Key, Progress: part.Value)).Concat(moved), outputs, at);
    }

    /// <summary>What there is to say of a silent input; nothing if that was said within the interval.</summary>
    public async Task<IReadOnlyList<NewRecord>> OfSilenceAsync(Task<EndOffsetsAt?> ends, CancellationToken cancellation)
    {
        var positions = await _positions.ReadAsync(cancellation);
        if (positions.Count == 0 || await ends is not { } at || !HasNews(positions, at))
            return [];
        return Records(positions.Select(position => (position.Key, Progress: At(position.Key.Partition, Reached(position, at)))), [], at);
    }

    /// <summary>What was written last is committed.</summary>
    public void Committed()
    {
        foreach (var progress in _pending)
        {
            foreach (var part in progress.Partitions)
            {
                _positions.Advance(progress.Topic, part.Partition, part.Next);
                _reported[(progress.Topic, part.Partition)] = part.Next;
            }
        }
        _pending = [];
    }

    private bool HasNews(IReadOnlyDictionary<(string Topic, int Partition), long> positions, EndOffsetsAt at) =>
        _reportedEnds is null || at.At - _reportedEnds.At >= interval
        || positions.Any(position => Reached(position, at) != _reported.GetValueOrDefault(position.Key, -1))
        || !at.Partitions.Select(static part => part.End).SequenceEqual(_reportedEnds.Partitions.Select(static part => part.End));

    private IReadOnlyList<NewRecord> Records(
        IEnumerable<((string Topic, int Partition) Key, PartitionProgress Progress)> parts, IReadOnlyList<RecordOutputs> outputs, EndOffsetsAt? at)
    {
        _pending = [.. parts.GroupBy(static part => part.Key.Topic).OrderBy(static topic => topic.Key, StringComparer.Ordinal)
            .Select(topic => Progress(
                topic.Key,
                [.. topic.Select(static part => part.Progress).OrderBy(static part => part.Partition)],
                outputs,
                at))];
        _reportedEnds = at ?? _reportedEnds;
        return [.. _pending.Select(static progress => new NewRecord(Topics.Progress, null, Wire.Serialize(progress), progress.At) {
            Partition = 0,
            Headers = Headers })];
    }

    private InputProgress Progress(
        string topic,
        IReadOnlyList<PartitionProgress> partitions,
        IReadOnlyList<RecordOutputs> outputs,
        EndOffsetsAt? at) => new()
        {
            Topic = topic,
            Partitions = partitions,
            At = at?.At ?? time.GetUtcNow(),
            Ends = at is null ? null : EndsOf(topic, at),
            Delay = Delay([.. outputs.Where(output => output.Record.Record.Position.Topic == topic && output.IsPrediction)
            .Select(static output => output.Record)]),
        };

    /// <summary>
    /// Those of all input topics of the topic's pipeline. Texts on request belong to any pipeline, and nobody waits for them.
    /// </summary>
    private Dictionary<string, IReadOnlyList<long>> EndsOf(string topic, EndOffsetsAt at)
    {
        var inputs = pipelines.ForTopic(topic)?.Inputs ?? [];
        return at.Partitions.Where(part => inputs.Contains(part.Topic)).GroupBy(static part => part.Topic).ToDictionary(
            static part => part.Key, static part => (IReadOnlyList<long>)[.. part.OrderBy(static end => end.Partition)
                .Select(static end => end.End)]);
    }

    private static PartitionProgress Advanced(IReadOnlyList<RecordOutputs> outputs, EndOffsetsAt? at)
    {
        var (first, last) = (outputs[0].Record.Record.Position, outputs[^1].Record.Record.Position.Offset);
        return new(first.Partition, first.Offset, Reached(new((first.Topic, first.Partition), last + 1), at), Ranges(outputs),
            outputs.Where(static output => output.IsPrediction).Max(static output => (DateTimeOffset?)output.Record.Text!.OccurredAt));
    }

    private static PartitionProgress At(int partition, long next) => new(partition, next, next, [], null);

    /// <summary>The end of a partition of which every record has been processed, even where transaction markers stand before it.</summary>
    private static long Reached(KeyValuePair<(string Topic, int Partition), long> position, EndOffsetsAt? at) =>
        at?.Partitions.FirstOrDefault(part => part.Topic == position.Key.Topic && part.Partition == position.Key.Partition) is { } info
            && info.Behind(position.Value) == 0
            ? Math.Max(info.End, position.Value) : position.Value;

    private static List<OffsetRange> Ranges(IReadOnlyList<RecordOutputs> outputs)
    {
        var ranges = new List<OffsetRange>();
        foreach (var offset in outputs.Where(static output => output.IsPrediction)
            .Select(static output => output.Record.Record.Position.Offset))
        {
            if (ranges is [.., var last] && last.To == offset)
                ranges[^1] = last with { To = offset + 1 };
            else
                ranges.Add(new(offset, offset + 1));
        }
        return ranges;
    }

    private static TimeSpan? Delay(List<InFlightRecord> records)
    {
        if (records.Count == 0)
            return null;
        var delays = records.Select(static record => record.ReceivedAt - record.Text!.OccurredAt).Order().ToList();
        var delay = delays[(int)Math.Ceiling(DelayQuantile * delays.Count) - 1];
        return delay > TimeSpan.Zero ? delay : TimeSpan.Zero;
    }
}
