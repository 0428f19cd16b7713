using CsCheck;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Inference;
using StreamBert.Inference.Batching;

namespace StreamBert.Tests.Inference.Batching;

public sealed class DynamicBatcherTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly InferenceOptions _options = new()
    {
        MaxBatchTokens = 20,
        MaxBatchSize = 4,
        MaxBatchDelay = TimeSpan.FromMilliseconds(5),
        MaxStarvation = TimeSpan.FromSeconds(1),
    };
    private readonly DynamicBatcher _batcher;

    public DynamicBatcherTests() => _batcher = new(_options, _time);

    [Fact]
    public void An_empty_queue_returns_an_empty_batch()
    {
        Assert.Empty(_batcher.Take());
        Assert.Null(_batcher.TimeUntilDue);
    }

    [Fact]
    public void A_free_device_gets_the_queued_texts_at_once()
    {
        Add(3);

        Assert.Equal([3], Lengths(_batcher.Take()));
    }

    [Fact]
    public void A_batch_holds_no_more_texts_than_its_size()
    {
        Add(1, 1, 1, 1, 1, 1);

        Assert.Equal([4, 2, 0], Enumerable.Range(0, 3).Select(_ => _batcher.Take().Count));
    }

    [Fact]
    public void A_batch_holds_no_more_tokens_than_its_budget()
    {
        Add(9, 9, 9);

        Assert.Equal([[9, 9], [9]], Batches());
    }

    [Fact]
    public void A_text_longer_than_the_budget_is_a_batch_of_its_own()
    {
        Add(50, 2);

        Assert.Equal([[50], [2]], Batches());
    }

    [Fact]
    public void A_batch_starts_with_the_oldest_text_and_takes_the_nearest_lengths()
    {
        Add(5, 1, 9, 6, 2, 5, 4);

        Assert.Equal([5, 5, 4, 6], Lengths(_batcher.Take()));
        Assert.Equal([1, 2, 9], Lengths(_batcher.Take()));
    }

    [Fact]
    public void A_starved_text_goes_before_texts_of_a_nearer_length()
    {
        Add(2, 9);
        _time.Advance(_options.MaxStarvation);
        Add(2, 2, 2);

        Assert.Equal([2, 9, 2, 2], Lengths(_batcher.Take()));
    }

    [Fact]
    public void While_the_device_is_busy_a_batch_fills_until_its_oldest_text_has_waited_the_delay()
    {
        Add(3);
        Assert.Equal(_options.MaxBatchDelay, _batcher.TimeUntilDue);
        Assert.Empty(_batcher.TakePrefetch());

        _time.Advance(TimeSpan.FromMilliseconds(3));
        Add(3);
        Assert.Equal(TimeSpan.FromMilliseconds(2), _batcher.TimeUntilDue);
        Assert.Empty(_batcher.TakePrefetch());

        _time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal([3, 3], Lengths(_batcher.TakePrefetch()));
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(10, 10)]
    public void A_full_batch_is_prefetched_at_once_while_the_device_is_busy(params int[] lengths)
    {
        Add(lengths);

        Assert.Equal(TimeSpan.Zero, _batcher.TimeUntilDue);
        Assert.Equal(lengths.Length, _batcher.TakePrefetch().Count);
    }

    [Fact]
    public void Interactive_texts_go_first_in_their_order_and_in_batches_of_their_own()
    {
        Add(5, 5);
        Add(Priority.Interactive, 7, 1);

        Assert.Equal([[7, 1], [5, 5]], Batches());
    }

    [Fact]
    public void Starved_bulk_texts_alternate_with_interactive_ones()
    {
        Add(5, 5, 5, 5, 5, 5);
        _time.Advance(_options.MaxStarvation);
        Add(Priority.Interactive, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);

        Assert.Equal([1, 5, 1, 5, 1], Enumerable.Range(0, 5).Select(_ => _batcher.Take()[0].Length));
    }

    [Fact]
    public void Queued_tokens_are_counted_for_each_priority()
    {
        Add(5, 4, 9);
        Add(Priority.Interactive, 2);
        Assert.Equal((18, 2), (_batcher.QueuedTokens(Priority.Bulk), _batcher.QueuedTokens(Priority.Interactive)));

        _batcher.Take();
        _batcher.Take();
        Assert.Equal((0, 0), (_batcher.QueuedTokens(Priority.Bulk), _batcher.QueuedTokens(Priority.Interactive)));
    }

    [Fact]
    public void Every_text_is_taken_once_within_the_limits_and_the_oldest_of_its_priority_is_always_taken() =>
        Gen.Select(Gen.Int[1, 25], Gen.Bool).List[0, 60].Sample(static texts =>
        {
            var test = new DynamicBatcherTests();
            var waiting = texts.Select(static text => Pending(text.Item1, text.Item2 ? Priority.Interactive : Priority.Bulk)).ToList();
            waiting.ForEach(test._batcher.Add);
            while (waiting.Count > 0)
            {
                var batch = test._batcher.Take();
                Assert.Contains(waiting.First(text => text.Priority == batch[0].Priority), batch);
                Assert.True(batch.Count == 1 || (batch.Count <= 4 && batch.Sum(static text => text.Length) <= 20));
                Assert.All(batch, text => Assert.True(waiting.Remove(text)));
            }
            Assert.Empty(test._batcher.Take());
        }, iter: 1000);

    [Fact]
    public void Copies_for_a_candidate_wait_for_every_other_text_and_form_small_batches()
    {
        Assert.All(Enumerable.Range(0, 6), _ => Assert.True(_batcher.TryAddShadow(Pending(1, Priority.Shadow))));
        Add(2);
        Add(Priority.Interactive, 3);

        Assert.Equal([[3], [2], [1, 1, 1, 1], [1, 1]], Batches());
    }

    [Fact]
    public void A_copy_beyond_the_limit_is_refused_and_no_batch_waits_for_copies()
    {
        var accepted = Enumerable.Range(0, 300).Count(_ => _batcher.TryAddShadow(Pending(1, Priority.Shadow)));

        Assert.Equal((256, null), (accepted, _batcher.TimeUntilDue));
    }

    private void Add(params int[] lengths) => Add(Priority.Bulk, lengths);

    private void Add(Priority priority, params int[] lengths)
    {
        foreach (var length in lengths)
            _batcher.Add(Pending(length, priority));
    }

    private static PendingText Pending(int length, Priority priority) =>
        new(TestModels.Words(length), TestModels.Counting(), priority, CancellationToken.None);

    private IEnumerable<IEnumerable<int>> Batches()
    {
        while (_batcher.Take() is { Count: > 0 } batch)
            yield return Lengths(batch).ToList();
    }

    private static IEnumerable<int> Lengths(IReadOnlyList<PendingText> batch) => batch.Select(static text => text.Length);
}
