using StreamBert.Contracts;

namespace StreamBert.Monitoring.Windows;

/// <summary>An input partition as far as the log's progress tells.</summary>
public sealed class InputPartition
{
    /// <summary>Every offset below has been processed.</summary>
    public long Next { get; set; }

    /// <summary>The end last reported: with <see cref="Next"/> there, the partition is idle.</summary>
    public long End { get; set; }

    /// <summary>The largest event time processed; null before the first text.</summary>
    public DateTimeOffset? EventTime { get; set; }

    public bool IsIdle => Next >= End;
}

/// <summary>What an event clock remembers.</summary>
public sealed class EventClockState
{
    /// <summary>By <c>topic/partition</c>.</summary>
    public Dictionary<string, InputPartition> Inputs { get; set; } = [];

    /// <summary>The event time up to which all texts have come, but for those out of order.</summary>
    public DateTimeOffset Reached { get; set; }

    /// <summary>Share of the last texts that were young when they were received; above one half the stream is live.</summary>
    public double? Live { get; set; }

    /// <summary>How long after the event texts are received, at most, as of late.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>When <see cref="Delay"/> was last learnt.</summary>
    public DateTimeOffset LearntAt { get; set; }
}

/// <summary>
/// The event time reached by a pipeline's inputs: the minimum over the input partitions that are not idle (Akidau et al. 2015; Flink's
/// <c>WatermarkStatus</c>), or the largest where all are. While all are idle and the stream is live, its event time goes on with the time
/// of the
/// reports less the delay that texts have: so a silence is seen, also one that began before a restart.
/// </summary>
public sealed class EventClock(TimeSpan liveTolerance, TimeSpan grace, EventClockState state)
{
    /// <summary>
    /// In this time the greatest delay is forgotten: polled sources bring delays up to their interval, and must not be closed upon.
    /// </summary>
    private static readonly TimeSpan DelayMemory = TimeSpan.FromHours(1);

    /// <summary>Texts after which the stream's being live is known anew.</summary>
    private const double LiveMemory = 20;

    public DateTimeOffset Reached => state.Reached;

    /// <summary>Takes a step of the inputs' progress.</summary>
    /// <param name="texts">Texts that it brought.</param>
    public void Advance(InputProgress progress, int texts)
    {
        foreach (var part in progress.Partitions)
            Process(Input(progress.Topic, part.Partition), part);
        if (progress.Delay is { } delay && texts > 0)
            Learn(delay, texts, progress.At);
        if (progress.Ends is not { } ends)
            return; // who is idle is not known
        foreach (var (topic, offsets) in ends)
        {
            for (var partition = 0; partition < offsets.Count; partition++)
                Input(topic, partition).End = Math.Max(Input(topic, partition).End, offsets[partition]);
        }
        state.Reached = Max(state.Reached, Processed(progress.At));
    }

    private DateTimeOffset Processed(DateTimeOffset at)
    {
        var active = state.Inputs.Values.Where(static input => !input.IsIdle).ToList();
        if (active.Count > 0)
            return active.Min(static input => input.EventTime ?? DateTimeOffset.MinValue);
        var latest = state.Inputs.Values.Max(static input => input.EventTime) ?? DateTimeOffset.MinValue;
        return state.Live > 0.5 ? Max(latest, at - state.Delay - grace) : latest;
    }

    private static void Process(InputPartition input, PartitionProgress part)
    {
        input.Next = Math.Max(input.Next, part.Next);
        if (part.EventTime is { } time)
            input.EventTime = input.EventTime is { } known ? Max(known, time) : time;
    }

    private void Learn(TimeSpan delay, int texts, DateTimeOffset at)
    {
        var young = delay <= liveTolerance;
        var keep = Math.Exp(-texts / LiveMemory);
        state.Live = state.Live is { } live ? live * keep + (young ? 1 - keep : 0) : young ? 1 : 0;
        if (!young)
            return;
        var forgotten = Math.Clamp((at - state.LearntAt) / DelayMemory, 0, 1);
        state.Delay = delay >= state.Delay ? delay : state.Delay - (state.Delay - delay) * forgotten;
        state.LearntAt = at;
    }

    private InputPartition Input(string topic, int partition)
    {
        var key = $"{topic}/{partition}";
        if (!state.Inputs.TryGetValue(key, out var input))
            state.Inputs[key] = input = new();
        return input;
    }

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
