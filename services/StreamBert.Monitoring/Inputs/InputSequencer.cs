using System.Runtime.InteropServices;
using StreamBert.Contracts;

namespace StreamBert.Monitoring.Inputs;

/// <summary>
/// Orders predictions, which arrive from several partitions in any interleaving, by the progress topic: it emits a step once all of its
/// predictions have been read. A text that was delivered twice is emitted once.
/// </summary>
/// <param name="state">The state, which is changed with every input.</param>
/// <param name="pipelineByTopic">
/// Input topic → pipeline. Texts of other topics are not monitored. Topics that serve all pipelines map to the empty string.
/// </param>
internal sealed class InputSequencer(SequencerState state, IReadOnlyDictionary<string, string> pipelineByTopic)
{
    private readonly PartitionKeys _keys = new();

    /// <summary>The number of predictions that the oldest incomplete step lacks; unknown after a restore.</summary>
    private int? _missing;

    /// <summary>The number of predictions that had been read before.</summary>
    public long Duplicates { get; private set; }

    /// <summary>The number of predictions that a step named and that the log no longer holds.</summary>
    public long Lost { get; private set; }

    /// <summary>The number of partitions of the predictions topic; 0 while it is unknown.</summary>
    public int PredictionPartitions { get; set; }

    /// <summary>Whether a step waits for predictions.</summary>
    public bool IsWaiting => state.IncompleteSteps.Count > 0;

    /// <summary>Processes an input, and returns the steps that it completes.</summary>
    public IEnumerable<InputStep> Apply(MonitorInput input)
    {
        switch (input)
        {
            case MonitorInput.Prediction prediction when IsMonitored(prediction.Value.Origin.Topic):
                Buffer(prediction.Value, prediction.Partition);
                break;
            case MonitorInput.InvalidPrediction { Origin: var origin } when IsMonitored(origin.Topic):
                AddInvalid(origin);
                break;
            case MonitorInput.Progress { Value: var progress } when IsMonitored(progress.Topic):
                state.IncompleteSteps.Add(progress);
                break;
        }
        return IsWaiting ? EmitComplete(input is MonitorInput.EndOfPredictions) : [];
    }

    private bool IsMonitored(string topic) => pipelineByTopic.ContainsKey(topic);

    private void Buffer(TextClassified prediction, int partition)
    {
        var (key, offset) = (KeyOf(prediction.Origin.Topic, prediction.Origin.Partition), prediction.Origin.Offset);
        if (!state.Predictions.TryGetValue(key, out var buffered))
            state.Predictions[key] = buffered = [];
        if (offset < state.NextOffsets.GetValueOrDefault(key) || !buffered.TryAdd(offset, BufferedPrediction.Of(prediction)))
            Duplicates++;
        else if (_missing > 0 && Covers(state.IncompleteSteps[0], prediction.Origin))
            _missing--;
        if (!state.ReadOffsets.TryGetValue(partition, out var read))
            state.ReadOffsets[partition] = read = [];
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(read, key, out _);
        last = Math.Max(offset, last);
    }

    private void AddInvalid(RecordPosition origin)
    {
        var key = KeyOf(origin.Topic, origin.Partition);
        if (!state.InvalidOffsets.TryGetValue(key, out var invalid))
            state.InvalidOffsets[key] = invalid = [];
        if (origin.Offset < state.NextOffsets.GetValueOrDefault(key) || invalid.Contains(origin.Offset))
            return;
        invalid.Add(origin.Offset);
        _missing = null; // is counted again
    }

    private IEnumerable<InputStep> EmitComplete(bool isEndOfPredictions)
    {
        while (IsWaiting)
        {
            var progress = state.IncompleteSteps[0];
            _missing ??= CountMissing(progress);
            if (_missing > 0 && !isEndOfPredictions && !IsReadPast(progress))
                yield break;
            Lost += _missing.Value;
            state.IncompleteSteps.RemoveAt(0);
            _missing = null;
            foreach (var step in Steps(progress))
                yield return step;
        }
    }

    private IEnumerable<InputStep> Steps(InputProgress progress)
    {
        var parts = progress.Partitions.OrderBy(static part => part.Partition);
        List<TextClassified> texts = [.. parts.SelectMany(part => Take(progress.Topic, part))];
        return pipelineByTopic[progress.Topic] is { Length: > 0 } pipeline
            ? [new(pipeline, texts.FindAll(text => text.Pipeline == pipeline), progress)]
            : texts.GroupBy(static text => text.Pipeline).Select(texts => new InputStep(texts.Key, [.. texts], progress));
    }

    private List<TextClassified> Take(string topic, PartitionProgress part)
    {
        var key = KeyOf(topic, part.Partition);
        if (part.Next > state.NextOffsets.GetValueOrDefault(key))
            state.NextOffsets[key] = part.Next;
        RemoveInvalid(key, part.Next);
        if (!state.Predictions.TryGetValue(key, out var buffered))
            return [];
        var offsets = OffsetsBefore(part.Next, buffered);
        List<TextClassified> texts = new(offsets.Count);
        foreach (var offset in offsets)
        {
            if (buffered.Remove(offset, out var text))
                texts.Add(text);
        }
        return texts;
    }

    private static List<long> OffsetsBefore(long next, Dictionary<long, TextClassified> buffered)
    {
        List<long> offsets = new(buffered.Count);
        foreach (var offset in buffered.Keys)
        {
            if (offset < next)
                offsets.Add(offset);
        }
        offsets.Sort();
        return offsets;
    }

    private void RemoveInvalid(string key, long next)
    {
        if (state.InvalidOffsets.TryGetValue(key, out var invalid) && invalid.RemoveAll(offset => offset < next) > 0 && invalid.Count == 0)
            state.InvalidOffsets.Remove(key);
    }

    /// <summary>
    /// Whether every partition of predictions has been read beyond a step. Predictions of one input partition are stored there in its
    /// order, so those that are still missing will not arrive.
    /// </summary>
    private bool IsReadPast(InputProgress progress) => PredictionPartitions > 0
        && progress.Partitions.Where(static part => part.Predictions.Count > 0)
            .All(part => IsReadPast(KeyOf(progress.Topic, part.Partition), part.Next));

    private bool IsReadPast(string key, long next) => Enumerable.Range(0, PredictionPartitions)
        .All(partition => state.ReadOffsets.GetValueOrDefault(partition)?.GetValueOrDefault(key) >= next);

    private int CountMissing(InputProgress progress) =>
        progress.Partitions.Sum(part => CountMissing(KeyOf(progress.Topic, part.Partition), part));

    private int CountMissing(string key, PartitionProgress part)
    {
        var (next, missing) = (state.NextOffsets.GetValueOrDefault(key), 0);
        var (buffered, invalid) = (state.Predictions.GetValueOrDefault(key), state.InvalidOffsets.GetValueOrDefault(key));
        foreach (var range in part.Predictions)
        {
            for (var offset = Math.Max(range.From, next); offset < range.To; offset++)
                missing += buffered?.ContainsKey(offset) == true || invalid?.Contains(offset) == true ? 0 : 1;
        }
        return missing;
    }

    private static bool Covers(InputProgress progress, RecordPosition origin) =>
        progress.Topic == origin.Topic && progress.Partitions.Any(part => part.Partition == origin.Partition
            && part.Predictions.Any(range => origin.Offset >= range.From && origin.Offset < range.To));

    private string KeyOf(string topic, int partition) => _keys.Of(topic, partition);
}
