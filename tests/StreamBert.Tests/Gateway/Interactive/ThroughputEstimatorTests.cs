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
    public void Nothing_is_said_before_an_interactive_text_was_answered()
    {
        Assert.Null(_estimator.EstimateDuration(100));
        Answer(tokens: 10, modelMs: 5, batch: 1, topic: "texts.news");
        Assert.Null(_estimator.EstimateDuration(100));
    }

    [Fact]
    public void Of_idle_workers_the_pace_of_one_device_is_counted_on()
    {
        Answer(tokens: 10, modelMs: 40, batch: 4);
        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(1_000, _estimator.EstimateDuration(100)!.Value.TotalMilliseconds, 1);
    }

    [Fact]
    public void Of_busy_workers_what_all_of_them_answer_together_is_counted_on()
    {
        for (var i = 0; i < 40_000; i++)
        {
            Answer(tokens: 10, modelMs: 10, batch: 1, topic: i % 2 == 0 ? Topics.Interactive : "texts.news"); // ten devices' worth
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(_estimator.EstimateDuration(100)!.Value.TotalMilliseconds, 99, 101);
    }

    [Fact]
    public void Remembered_answers_do_not_make_the_device_look_faster()
    {
        Answer(tokens: 10, modelMs: 10, batch: 1);
        for (var i = 0; i < 1_000; i++) Answer(tokens: 10, modelMs: 0, batch: 0);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1_000, _estimator.EstimateDuration(100)!.Value.TotalMilliseconds, 1);
    }

    [Fact]
    public void A_day_later_what_is_still_known_is_nothing_or_sensible()
    {
        Answer(tokens: 10, modelMs: 10, batch: 1);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Null(_estimator.EstimateDuration(100));
    }

    private void Answer(int tokens, double modelMs, int batch, string topic = Topics.Interactive) => _estimator.Observe(Some.Prediction("a") with
    {
        Tokens = tokens,
        Origin = new(topic, 0, 0),
        Timings = new(1, modelMs, batch, Cached: batch == 0),
    });
}
