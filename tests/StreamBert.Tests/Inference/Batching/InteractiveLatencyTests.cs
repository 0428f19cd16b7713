using Microsoft.Extensions.Time.Testing;
using StreamBert.Inference;
using StreamBert.Inference.Batching;

namespace StreamBert.Tests.Inference.Batching;

/// <summary>
/// Simulates a device in virtual time: a batch takes 1 ms plus 20 µs per token, and the queue of bulk texts is always full.
/// </summary>
public sealed class InteractiveLatencyTests
{
    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.Zero };
    private readonly Random _random = new(1);
    private readonly Dictionary<PendingText, DateTimeOffset> _arrived = [];

    [Theory]
    [InlineData(20, 2_000)]
    [InlineData(400, 2_000)]
    [InlineData(400, 0)]
    [InlineData(800, 100)]
    public void An_interactive_text_waits_for_the_current_batch_and_its_own_and_bulk_texts_continue(int perSecond, int passOverMs)
    {
        var options = new InferenceOptions { MaxStarvation = TimeSpan.FromMilliseconds(passOverMs) };
        var batcher = new DynamicBatcher(options, _time);
        var latencies = new List<TimeSpan>();
        var (bulk, batches) = (0, 0);
        for (; batches < 4_000; batches++)
        {
            while (batcher.QueuedTokens(Priority.Bulk) < options.MaxQueuedTokens)
                batcher.Add(Text(Priority.Bulk));
            var batch = batcher.Take();
            Compute(batcher, TimeOf(batch.Sum(static text => text.Length)), perSecond);
            bulk += batch.Count(static text => text.Priority == Priority.Bulk);
            latencies.AddRange(
                batch.Where(static text => text.Priority == Priority.Interactive).Select(text => _time.GetUtcNow() - _arrived[text]));
        }

        var bound = 3 * (options.MaxBatchDelay + TimeOf(options.MaxBatchTokens));
        var p99 = latencies.Order().ElementAt((int)(latencies.Count * 0.99));
        Assert.InRange(p99, TimeSpan.Zero, bound);
        Assert.True(latencies.Count > 500, $"only {latencies.Count} were measured");
        Assert.True(bulk > batches, $"bulk starved: {bulk} texts in {batches} batches");
    }

    [Fact]
    public void However_many_interactive_texts_arrive_starved_bulk_texts_get_every_other_batch()
    {
        var options = new InferenceOptions { MaxStarvation = TimeSpan.FromMilliseconds(500) };
        var batcher = new DynamicBatcher(options, _time);
        for (var i = 0; i < 500; i++)
            batcher.Add(Text(Priority.Bulk));
        var (bulk, started) = (0, _time.GetUtcNow());
        while (bulk < 500)
        {
            while (batcher.QueuedTokens(Priority.Interactive) < options.MaxBatchTokens)
                batcher.Add(Text(Priority.Interactive));
            var batch = batcher.Take();
            _time.Advance(TimeOf(batch.Sum(static text => text.Length)));
            bulk += batch.Count(static text => text.Priority == Priority.Bulk);
        }

        var alone = 500.0 * 66 / options.MaxBatchTokens * TimeOf(options.MaxBatchTokens);
        Assert.InRange(_time.GetUtcNow() - started, options.MaxStarvation, options.MaxStarvation + (2.5 * alone));
    }

    private static TimeSpan TimeOf(int tokens) => TimeSpan.FromMilliseconds(1 + (0.02 * tokens));

    /// <summary>Advances the time by the duration of a batch; interactive texts arrive in it as a Poisson process.</summary>
    private void Compute(DynamicBatcher batcher, TimeSpan left, int perSecond)
    {
        for (var next = Pause(perSecond); next < left; next = Pause(perSecond))
        {
            _time.Advance(next);
            left -= next;
            var text = Text(Priority.Interactive);
            _arrived[text] = _time.GetUtcNow();
            batcher.Add(text);
        }
        _time.Advance(left);
    }

    private TimeSpan Pause(int perSecond) => TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) / perSecond);

    private PendingText Text(Priority priority) => new(
        TestModels.Words(_random.Next(4, priority == Priority.Bulk ? 129 : 40)), TestModels.Counting(), priority, CancellationToken.None);
}
