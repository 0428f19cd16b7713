using StreamBert.Contracts;

namespace StreamBert.Monitoring.EventTime;

/// <summary>
/// Tracks the event time of a pipeline's inputs: the minimum over the input partitions that are not idle (Akidau et al. 2015; Flink's
/// <c>WatermarkStatus</c>), or the maximum if all are idle. While all are idle and the stream is live, event time advances with the time
/// of the progress reports minus the usual delay of texts, so that a silence is detected, even one that began before a restart.
/// </summary>
/// <param name="liveTolerance">The delay up to which a text counts as live.</param>
/// <param name="idleGrace">The additional delay with which the event time of a silent live stream advances.</param>
/// <param name="maximumHoldBack">The largest time by which the watermark is held back for texts that are behind.</param>
/// <param name="state">The state, which is changed with every report.</param>
internal sealed class EventTimeTracker(TimeSpan liveTolerance, TimeSpan idleGrace, TimeSpan maximumHoldBack, EventTimeState state)
{
    /// <summary>
    /// The time in which the largest delay decays. A polled source has delays up to its polling interval, and its windows must not close
    /// between two polls.
    /// </summary>
    private static readonly TimeSpan DelayDecay = TimeSpan.FromHours(1);

    /// <summary>The number of texts over which the share of live texts is averaged.</summary>
    private const double LiveShareTexts = 20;

    /// <summary>The partition of the last text.</summary>
    private (string Topic, int Partition, InputPartition Input)? _measured;

    /// <summary>The event time up to which all texts have arrived, except those out of order.</summary>
    public DateTimeOffset Current => state.Current;

    /// <summary>The time by which the watermark stays behind, for producers with skewed clocks and polled sources.</summary>
    public TimeSpan HoldBack => state.OutOfOrderness.HoldBack();

    /// <summary>
    /// Measures how far the window of a text is behind: behind the event time, and behind the texts before it in its own partition. The
    /// latter does not depend on how many texts a step has.
    /// </summary>
    public void Measure(RecordPosition origin, DateTimeOffset occurredAt, DateTimeOffset windowEnd)
    {
        if (_measured is not { } measured || measured.Topic != origin.Topic || measured.Partition != origin.Partition)
            _measured = measured = (origin.Topic, origin.Partition, InputOf(origin.Topic, origin.Partition));
        var latest = measured.Input.LatestText is { } text ? Max(text, occurredAt) : occurredAt;
        measured.Input.LatestText = latest;
        state.OutOfOrderness.Add(Max(state.Current, latest) - windowEnd, maximumHoldBack);
    }

    /// <summary>Applies a report of the inputs' progress.</summary>
    /// <param name="progress">The report.</param>
    /// <param name="texts">The number of texts that it covers.</param>
    public void Advance(InputProgress progress, int texts)
    {
        foreach (var part in progress.Partitions)
            Update(InputOf(progress.Topic, part.Partition), part);
        if (progress.Delay is { } delay && texts > 0)
            UpdateDelay(delay, texts, progress.At);
        if (progress.Ends is not { } ends)
            return; // it is unknown which partitions are idle
        foreach (var (topic, offsets) in ends)
        {
            for (var partition = 0; partition < offsets.Count; partition++)
                InputOf(topic, partition).End = Math.Max(InputOf(topic, partition).End, offsets[partition]);
        }
        state.Current = Max(state.Current, ProcessedTime(progress.At));
    }

    private DateTimeOffset ProcessedTime(DateTimeOffset reportedAt)
    {
        var active = state.Inputs.Values.Where(static input => !input.IsIdle).ToList();
        if (active.Count > 0)
            return active.Min(static input => input.EventTime ?? DateTimeOffset.MinValue);
        var latest = state.Inputs.Values.Max(static input => input.EventTime) ?? DateTimeOffset.MinValue;
        return state.LiveShare > 0.5 ? Max(latest, reportedAt - state.MaxDelay - idleGrace) : latest;
    }

    private static void Update(InputPartition input, PartitionProgress part)
    {
        input.Next = Math.Max(input.Next, part.Next);
        if (part.EventTime is { } time)
            input.EventTime = input.EventTime is { } known ? Max(known, time) : time;
    }

    private void UpdateDelay(TimeSpan delay, int texts, DateTimeOffset reportedAt)
    {
        var isLive = delay <= liveTolerance;
        var keep = Math.Exp(-texts / LiveShareTexts);
        state.LiveShare = state.LiveShare is { } share ? share * keep + (isLive ? 1 - keep : 0) : isLive ? 1 : 0;
        if (!isLive)
            return;
        var decay = Math.Clamp((reportedAt - state.DelayUpdatedAt) / DelayDecay, 0, 1);
        state.MaxDelay = delay >= state.MaxDelay ? delay : state.MaxDelay - (state.MaxDelay - delay) * decay;
        state.DelayUpdatedAt = reportedAt;
    }

    private InputPartition InputOf(string topic, int partition)
    {
        var key = $"{topic}/{partition}";
        if (!state.Inputs.TryGetValue(key, out var input))
            state.Inputs[key] = input = new();
        return input;
    }

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
