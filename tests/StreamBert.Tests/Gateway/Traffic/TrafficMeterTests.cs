using CsCheck;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Gateway.Traffic;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Gateway.Traffic;

public sealed class TrafficMeterTests
{
    [Fact]
    public void Throughput_is_the_mean_of_the_last_minute_and_of_the_last_seconds()
    {
        var (time, meter) = Start();
        for (var second = 0; second < 90; second++)
        {
            for (var text = 0; text < (second < 60 ? 10 : 20); text++) meter.Observe(Some.Prediction("a"));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        var traffic = meter.Read();

        Assert.Equal((15, 20), (traffic.PerSecond, traffic.PerSecondNow));
        Assert.Equal([.. Enumerable.Repeat(10, 30), .. Enumerable.Repeat(20, 30)], traffic.Predictions);
        Assert.Equal(3, traffic.MeanBatchSize);
    }

    [Fact]
    public void Cached_predictions_have_a_hit_rate_and_count_in_no_batch()
    {
        var (time, meter) = Start();
        for (var text = 0; text < 3; text++) meter.Observe(Some.Prediction("a"));
        meter.Observe(Some.Prediction("a") with { Timings = new(1, 0, 0, Cached: true) });
        time.Advance(TimeSpan.FromSeconds(1));

        var traffic = meter.Read();

        Assert.Equal((1, 0.25, 3, 3), (traffic.Cache.Hits, traffic.Cache.HitRate, traffic.MeanBatchSize, traffic.ModelMs.Count));
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(new(0, null), meter.Read().Cache);
    }

    [Fact]
    public void Observations_older_than_a_minute_expire()
    {
        var (time, meter) = Start();
        meter.Observe(Some.Prediction("a"));
        meter.Observe(Some.DeadLetter());
        meter.RecordRoundTrip(TimeSpan.FromMilliseconds(5));
        time.Advance(TimeSpan.FromSeconds(61));

        var traffic = meter.Read();

        Assert.Equal((0, 0, 0, 0), (traffic.PerSecond, traffic.DeadLetters, traffic.WorkerMs.Count, traffic.ClassifyMs.Count));
        Assert.Null(traffic.WorkerMs.P50);
        Assert.Null(traffic.MeanBatchSize);
    }

    [Fact]
    public void Percentiles_are_accurate_within_a_bucket()
    {
        Gen.Double[0.02, 100_000].Array[1, 300].Sample(static values =>
        {
            var histogram = new RollingHistogram();
            foreach (var value in values) histogram.Add(100, value);
            var sorted = values.Order().ToArray();
            var read = histogram.Read(100);
            return Near(read.P50, sorted, 0.50) && Near(read.P95, sorted, 0.95) && Near(read.P99, sorted, 0.99)
                && Math.Abs(read.Max!.Value - sorted[^1]) <= 0.001 && read.Count == values.Length;
        });
    }

    private static bool Near(double? value, double[] sorted, double share)
    {
        var exact = sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
        return value >= exact - 0.001 && value <= exact * 1.08 + 0.001;
    }

    private static (FakeTimeProvider Time, TrafficMeter Meter) Start()
    {
        var time = new FakeTimeProvider(Some.Noon);
        return (time, new TrafficMeter(time));
    }
}
