using StreamBert.Contracts;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Composition;

/// <summary>Predictions whose turn has not come, and progress whose predictions have not all been read.</summary>
public sealed class SequencerState
{
    /// <summary>Input partition (<c>topic/partition</c>) → offset of the next text to count.</summary>
    public Dictionary<string, long> Next { get; set; } = [];

    /// <summary>Input partition → offset → its prediction.</summary>
    public Dictionary<string, Dictionary<long, TextClassified>> Predictions { get; set; } = [];

    /// <summary>Input partition → offsets whose predictions cannot be used.</summary>
    public Dictionary<string, List<long>> Refused { get; set; } = [];

    /// <summary>In the order of the log.</summary>
    public List<InputProgress> Waiting { get; set; } = [];

    /// <summary>Partition of the predictions topic → input partition → offset of the last text whose prediction was read there.</summary>
    public Dictionary<int, Dictionary<string, long>> Read { get; set; } = [];
}

/// <summary>
/// Puts predictions, which are read from several partitions in any interleaving, into the one order that the progress topic gives: each
/// step
/// is passed on when all of its predictions have been read. A text that was delivered twice is passed on once.
/// </summary>
/// <param name="pipelineOf">The pipeline of an input topic; null if its texts are not monitored. Topics of texts on request give the empty
/// string: they serve all.</param>
public sealed class InputSequencer(SequencerState state, Func<string, string?> pipelineOf)
{
    /// <summary>Predictions that the oldest waiting step still lacks; unknown after a restore.</summary>
    private int? _missing;

    /// <summary>Predictions that had been counted, or read, before.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Predictions that a step named and the log does not hold any more.</summary>
    public long Lost { get; private set; }

    /// <summary>Partitions of the predictions topic; 0 while that is not known.</summary>
    public int PredictionPartitions { get; set; }

    /// <summary>Whether a step waits for predictions.</summary>
    public bool IsWaiting => state.Waiting.Count > 0;

    /// <summary>Takes an input.</summary>
    /// <returns>The steps that are complete now.</returns>
    public IEnumerable<InputStep> Apply(MonitorInput input)
    {
        switch (input)
        {
            case PredictionSeen { Prediction: var prediction, Partition: var partition }:
                Add(prediction, partition);
                break;
            case PredictionRefused { Origin: var origin } when pipelineOf(origin.Topic) is not null:
                Refuse(origin);
                break;
            case ProgressSeen { Progress: var progress } when pipelineOf(progress.Topic) is not null:
                state.Waiting.Add(progress);
                break;
        }
        return Complete(input is PredictionsExhausted);
    }

    private void Add(TextClassified prediction, int partition)
    {
        if (pipelineOf(prediction.Origin.Topic) is null)
            return;
        var (key, offset) = (Key(prediction.Origin.Topic, prediction.Origin.Partition), prediction.Origin.Offset);
        if (!state.Predictions.TryGetValue(key, out var waiting))
            state.Predictions[key] = waiting = [];
        if (offset < state.Next.GetValueOrDefault(key) || !waiting.TryAdd(offset, WaitingPrediction.Of(prediction)))
            Duplicates++;
        else if (_missing > 0 && Names(state.Waiting[0], prediction.Origin))
            _missing--;
        if (!state.Read.TryGetValue(partition, out var read))
            state.Read[partition] = read = [];
        read[key] = Math.Max(offset, read.GetValueOrDefault(key));
    }

    private void Refuse(RecordPosition origin)
    {
        var key = Key(origin.Topic, origin.Partition);
        if (!state.Refused.TryGetValue(key, out var refused))
            state.Refused[key] = refused = [];
        if (origin.Offset < state.Next.GetValueOrDefault(key) || refused.Contains(origin.Offset))
            return;
        refused.Add(origin.Offset);
        _missing = null; // counted anew
    }

    private IEnumerable<InputStep> Complete(bool exhausted)
    {
        while (IsWaiting && ((_missing ??= Missing(state.Waiting[0])) == 0 || exhausted || IsPassed(state.Waiting[0])))
        {
            var progress = state.Waiting[0];
            Lost += _missing.Value;
            state.Waiting.RemoveAt(0);
            _missing = null;
            foreach (var step in Steps(progress))
                yield return step;
        }
    }

    private IEnumerable<InputStep> Steps(InputProgress progress)
    {
        List<TextClassified> texts = [.. progress.Partitions.OrderBy(static part => part.Partition)
            .SelectMany(part => Take(progress.Topic, part))];
        return pipelineOf(progress.Topic) is { Length: > 0 } pipeline
            ? [new(pipeline, texts.FindAll(text => text.Pipeline == pipeline), progress)]
            : texts.GroupBy(static text => text.Pipeline).Select(texts => new InputStep(texts.Key, [.. texts], progress));
    }

    private List<TextClassified> Take(string topic, PartitionProgress part)
    {
        var key = Key(topic, part.Partition);
        if (part.Next > state.Next.GetValueOrDefault(key))
            state.Next[key] = part.Next;
        if (state.Refused.TryGetValue(key, out var refused) && refused.RemoveAll(offset => offset < part.Next) > 0 && refused.Count == 0)
            state.Refused.Remove(key);
        if (!state.Predictions.TryGetValue(key, out var waiting))
            return [];
        var offsets = waiting.Keys.Where(offset => offset < part.Next).Order().ToList();
        var texts = offsets.ConvertAll(offset => waiting[offset]);
        offsets.ForEach(offset => waiting.Remove(offset));
        return texts;
    }

    /// <summary>
    /// Whether every partition of predictions has been read beyond a step: predictions of one input partition stand there in its order, so
    /// what
    /// is still missing of it does not come any more.
    /// </summary>
    private bool IsPassed(
        InputProgress progress) => PredictionPartitions is > 0 and var count && progress.Partitions.Where(static part => part.Predictions.Count > 0)
        .All(part => Enumerable.Range(0, count).All(partition =>
            state.Read.GetValueOrDefault(partition)?.GetValueOrDefault(Key(progress.Topic, part.Partition)) >= part.Next));

    private int Missing(InputProgress progress)
    {
        var missing = 0;
        foreach (var part in progress.Partitions)
        {
            var key = Key(progress.Topic, part.Partition);
            var (next, waiting, refused) = (state.Next.GetValueOrDefault(key), state.Predictions.GetValueOrDefault(key), state.Refused
                .GetValueOrDefault(key));
            foreach (var range in part.Predictions)
            {
                for (var offset = Math.Max(range.From, next); offset < range.To; offset++)
                    missing += waiting?.ContainsKey(offset) == true || refused?.Contains(offset) == true ? 0 : 1;
            }
        }
        return missing;
    }

    private static bool Names(
        InputProgress progress,
        RecordPosition origin) => progress.Topic == origin.Topic && progress.Partitions.Any(part =>
        part.Partition == origin.Partition && part.Predictions.Any(range => origin.Offset >= range.From && origin.Offset < range.To));

    private static string Key(string topic, int partition) => $"{topic}/{partition}";
}
