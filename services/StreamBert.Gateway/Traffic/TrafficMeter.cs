using StreamBert.Contracts;

namespace StreamBert.Gateway.Traffic;

/// <summary>Measures throughput and latency over the last minute. Thread-safe.</summary>
public sealed class TrafficMeter(TimeProvider time)
{
    private const int Seconds = 60;
    private const int Slots = Seconds + 1; // one more for the current second
    private const int Recent = 5;
    private readonly Lock _gate = new();
    private readonly RollingHistogram _worker = new();
    private readonly RollingHistogram _model = new();
    private readonly RollingHistogram _classify = new();
    private readonly RollingHistogram _letters = new();
    private readonly int[] _predictions = new int[Slots];
    private readonly int[] _cached = new int[Slots];
    private readonly long[] _batches = new long[Slots];
    private readonly long[] _second = new long[Slots];

    /// <summary>The start of this Gateway.</summary>
    public DateTimeOffset Started { get; } = time.GetUtcNow();

    public TrafficView Read()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        lock (_gate)
        {
            var perSecond = Enumerable.Range(0, Seconds).Select(index => now - Seconds + index).Select(At).ToList();
            var seconds = Math.Clamp(now - Started.ToUnixTimeSeconds(), 1, Seconds);
            var total = perSecond.Sum(static second => (long)second.Count);
            var hits = perSecond.Sum(static second => (long)second.Cached);
            return new(
                Math.Round((double)total / seconds, 2),
                Math.Round((double)perSecond.TakeLast(Recent).Sum(static second => (long)second.Count) / Math.Min(Recent, seconds), 2),
                _letters.Read(now).Count,
                total == hits ? null : Math.Round((double)perSecond.Sum(static second => second.Batches) / (total - hits), 2),
                new(hits, total == 0 ? null : Math.Round((double)hits / total, 4)),
                _worker.Read(now), _model.Read(now), _classify.Read(now),
                [.. perSecond.Select(static second => second.Count)]);
        }
    }

    internal void Observe(object? value)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        lock (_gate)
        {
            if (value is TextClassified prediction) Count(now, prediction.Timings);
            else if (value is DeadLettered) _letters.Add(now, 0);
        }
    }

    internal void RecordRoundTrip(TimeSpan roundTrip)
    {
        lock (_gate) _classify.Add(time.GetUtcNow().ToUnixTimeSeconds(), roundTrip.TotalMilliseconds);
    }

    private (int Count, int Cached, long Batches) At(long second) =>
        (int)(second % Slots) is var slot && _second[slot] == second ? (_predictions[slot], _cached[slot], _batches[slot]) : (0, 0, 0);

    private void Count(long now, StageTimings timings)
    {
        var slot = (int)(now % Slots);
        if (_second[slot] != now) (_second[slot], _predictions[slot], _cached[slot], _batches[slot]) = (now, 0, 0, 0);
        _predictions[slot]++;
        _batches[slot] += timings.BatchSize;
        _worker.Add(now, timings.WaitMs + timings.ModelMs);
        if (timings.Cached) _cached[slot]++;
        else _model.Add(now, timings.ModelMs);
    }
}
