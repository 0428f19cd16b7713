using StreamBert.Contracts;
using StreamBert.Inference.Outputs;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Inference.Progress;

/// <summary>
/// Creates the <see cref="InputProgress"/> records of one group reader: with every commit, and while its partitions are idle, so that a
/// monitor can distinguish a silent source from a stopped worker. Used by the commit loop only.
/// </summary>
internal sealed class ProgressReporter(
    IEventLog log, string group, IReadOnlyCollection<string> topics, PipelineCatalog pipelines, TimeSpan interval, TimeProvider time)
{
    private readonly EndOffsetReader _ends = new(log, topics, time);
    private readonly InputPositions _positions = new(log, group, topics);
    private readonly Dictionary<(string Topic, int Partition), long> _reported = [];
    private List<InputProgress> _uncommitted = [];
    private PartitionEnds? _reportedEnds;

    /// <summary>Resets the state for a new reader, which has no assigned partitions yet.</summary>
    public void Reset()
    {
        _positions.Clear();
        _reported.Clear();
        (_uncommitted, _reportedEnds) = ([], null);
    }

    public void OnAssignmentChanged(AssignmentChange change) => _positions.RecordChange(change);

    /// <summary>Reads the end offsets after a read; the commit of that read awaits them.</summary>
    public Task<PartitionEnds?> ReadEndsAsync() => _ends.ReadAsync();

    /// <summary>Returns the progress that a batch makes, to be committed with its outputs.</summary>
    public async Task<IReadOnlyList<NewRecord>> ReportAsync(
        IReadOnlyList<RecordOutputs> outputs, Task<PartitionEnds?> endsTask, CancellationToken cancellation)
    {
        var positions = await _positions.ReadAsync(cancellation);
        var ends = await endsTask;
        var read = outputs
            .GroupBy(static output => (output.Record.Source.Position.Topic, output.Record.Source.Position.Partition))
            .ToDictionary(static partition => partition.Key, partition => BatchProgress.OfPartition([.. partition], ends));
        var idle = positions.Where(position => !read.ContainsKey(position.Key) && HasAdvanced(position.Key, position.Value, ends))
            .Select(position => IdlePartition(position.Key, position.Value, ends));
        return ToRecords([.. read.Select(static partition => (partition.Key, partition.Value)), .. idle], outputs, ends);
    }

    /// <summary>Returns the progress of idle partitions; nothing if it has not changed and was reported within the interval.</summary>
    public async Task<IReadOnlyList<NewRecord>> ReportIdleAsync(Task<PartitionEnds?> endsTask, CancellationToken cancellation)
    {
        var positions = await _positions.ReadAsync(cancellation);
        return positions.Count > 0 && await endsTask is { } ends && IsReportDue(positions, ends)
            ? ToRecords([.. positions.Select(position => IdlePartition(position.Key, position.Value, ends))], [], ends)
            : [];
    }

    /// <summary>Records that the records returned last are committed.</summary>
    public void OnCommitted()
    {
        foreach (var progress in _uncommitted)
        {
            foreach (var partition in progress.Partitions)
            {
                _positions.Advance(progress.Topic, partition.Partition, partition.Next);
                _reported[(progress.Topic, partition.Partition)] = partition.Next;
            }
        }
        _uncommitted = [];
    }

    private bool IsReportDue(IReadOnlyDictionary<(string Topic, int Partition), long> positions, PartitionEnds ends) =>
        _reportedEnds is null || ends.At - _reportedEnds.At >= interval
        || positions.Any(position => HasAdvanced(position.Key, position.Value, ends))
        || !ends.Partitions.Select(static partition => partition.End)
            .SequenceEqual(_reportedEnds.Partitions.Select(static partition => partition.End));

    private bool HasAdvanced((string Topic, int Partition) partition, long next, PartitionEnds? ends) =>
        PartitionEnds.ProcessedTo(ends, partition, next) != _reported.GetValueOrDefault(partition, -1);

    private static ((string Topic, int Partition) Key, PartitionProgress Progress) IdlePartition(
        (string Topic, int Partition) partition, long next, PartitionEnds? ends)
    {
        var processed = PartitionEnds.ProcessedTo(ends, partition, next);
        return (partition, new(partition.Partition, processed, processed, [], null));
    }

    private IReadOnlyList<NewRecord> ToRecords(
        IReadOnlyList<((string Topic, int Partition) Key, PartitionProgress Progress)> partitions, IReadOnlyList<RecordOutputs> outputs,
        PartitionEnds? ends)
    {
        _uncommitted =
        [
            .. partitions.GroupBy(static partition => partition.Key.Topic).OrderBy(static topic => topic.Key, StringComparer.Ordinal)
                .Select(topic => ProgressOf(topic.Key, topic.Select(static partition => partition.Progress), outputs, ends)),
        ];
        _reportedEnds = ends ?? _reportedEnds;
        return
        [
            .. _uncommitted.Select(static progress =>
                EventRecord.Create(Topics.Progress, progress, progress.At) with { Partition = 0 }),
        ];
    }

    private InputProgress ProgressOf(
        string topic, IEnumerable<PartitionProgress> partitions, IReadOnlyList<RecordOutputs> outputs, PartitionEnds? ends) => new()
        {
            Topic = topic,
            Partitions = [.. partitions.OrderBy(static progress => progress.Partition)],
            At = ends?.At ?? time.GetUtcNow(),
            Ends = ends is null ? null : EndsOf(topic, ends),
            Delay = BatchProgress.DelayOf(topic, outputs),
        };

    /// <summary>
    /// Returns the ends of all input topics of the topic's pipeline; none for interactive texts, which belong to any pipeline.
    /// </summary>
    private Dictionary<string, IReadOnlyList<long>> EndsOf(string topic, PartitionEnds ends)
    {
        var inputs = pipelines.ForTopic(topic)?.Inputs ?? [];
        return ends.Partitions.Where(partition => inputs.Contains(partition.Topic)).GroupBy(static partition => partition.Topic)
            .ToDictionary(
                static part => part.Key,
                static part => (IReadOnlyList<long>)[.. part.OrderBy(static end => end.Partition).Select(static end => end.End)]);
    }
}
