using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Gateway.Interactive;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Gateway.Interactive;

public sealed class ThroughputEstimatorTests
{
    private readonly FakeTimeProvider _time = new(Some.Noon);
    private readonly ThroughputEstimator _estimator;

    public ThroughputEstimatorTests() => _estimator = new(_time);

    [Fact]
    public void There_is_no_estimate_before_the_first_interactive_prediction()
    {
        Assert.Null(_estimator.EstimateDuration(100));
        Answer(tokens: 10, modelMs: 5, batch: 1, topic: "texts.news");
        Assert.Null(_estimator.EstimateDuration(100));
    }

    [Fact]
    public void Idle_workers_are_estimated_by_the_throughput_of_one_device()
    {
        Answer(tokens: 10, modelMs: 40, batch: 4);
        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(1_000, _estimator.EstimateDuration(100)!.Value.TotalMilliseconds, 1);
    }

    [Fact]
    public void Busy_workers_are_estimated_by_their_total_throughput()
    {
        for (var i = 0; i < 40_000; i++)
        {
            Answer(tokens: 10, modelMs: 10, batch: 1, topic: i % 2 == 0 ? Topics.Interactive : "texts.news"); // ten devices' worth
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(_estimator.EstimateDuration(100)!.Value.TotalMilliseconds, 99, 101);
    }

    [Fact]
    public void Cached_predictions_do_not_increase_the_estimated_throughput()
    {
        Answer(tokens: 10, modelMs: 10, batch: 1);
        for (var i = 0; i < 1_000; i++) Answer(tokens: 10, modelMs: 0, batch: 0);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1_000, _estimator.EstimateDuration(100)!.Value.TotalMilliseconds, 1);
    }

    [Fact]
    public void The_estimate_expires_within_a_day()
    {
        Answer(tokens: 10, modelMs: 10, batch: 1);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Null(_estimator.EstimateDuration(100));
    }

    private void Answer(int tokens, double modelMs, int batch, string topic = Topics.Interactive) =>
        _estimator.Observe(Some.Prediction("a") with
        {
            Tokens = tokens,
            Origin = new(topic, 0, 0),
            Timings = new(1, modelMs, batch, Cached: batch == 0),
        });
}
