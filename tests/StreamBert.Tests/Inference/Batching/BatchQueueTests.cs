using StreamBert.Inference;
using StreamBert.Inference.Batching;

namespace StreamBert.Tests.Inference.Batching;

public sealed class BatchQueueTests
{
    private static readonly InferenceOptions Options = new()
    {
        MaxBatchTokens = 10,
        MaxBatchSize = 4,
        MaxQueuedTokens = 10,
        MaxBatchDelay = TimeSpan.FromMinutes(1)
    };
    private readonly BatchQueue _queue = new(Options, TimeProvider.System, devices: 1);
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Taking_blocks_until_a_text_is_added()
    {
        var taken = OnItsOwnThread(_queue.Take);
        await _queue.AddAsync(Priority.Bulk, [Pending(3)], _cancellation);

        Assert.Equal(3, Assert.Single((await taken)!).Length);
    }

    [Fact]
    public async Task Adding_waits_while_the_queue_is_full_but_not_for_the_other_priority()
    {
        await _queue.AddAsync(Priority.Bulk, [Pending(10)], _cancellation);
        var second = _queue.AddAsync(Priority.Bulk, [Pending(1)], _cancellation).AsTask();
        Assert.False(second.IsCompleted);
        await _queue.AddAsync(Priority.Interactive, [Pending(1, Priority.Interactive)], _cancellation);

        Assert.Equal(Priority.Interactive, _queue.Take()![0].Priority);
        _queue.Release();
        Assert.False(second.IsCompleted);
        Assert.Equal(10, _queue.Take()![0].Length);
        await second;
    }

    [Fact]
    public async Task Waiting_for_capacity_can_be_cancelled()
    {
        await _queue.AddAsync(Priority.Bulk, [Pending(10)], _cancellation);
        using var stop = new CancellationTokenSource();
        var waiting = _queue.AddAsync(Priority.Bulk, [Pending(1)], stop.Token).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Beyond_the_devices_taking_returns_only_a_full_batch_until_one_is_released()
    {
        await _queue.AddAsync(Priority.Bulk, [Pending(1)], _cancellation);
        Assert.Single(_queue.Take()!);

        var ahead = OnItsOwnThread(_queue.Take);
        await _queue.AddAsync(Priority.Bulk, [Pending(2), Pending(2)], _cancellation);
        Assert.False(ahead.IsCompleted);
        await _queue.AddAsync(Priority.Bulk, [Pending(2), Pending(2)], _cancellation);
        Assert.Equal(4, (await ahead)!.Count);

        var next = OnItsOwnThread(_queue.Take);
        await _queue.AddAsync(Priority.Bulk, [Pending(1)], _cancellation);
        _queue.Release();
        _queue.Release();
        Assert.Single((await next)!);
    }

    [Fact]
    public async Task A_closed_queue_returns_the_queued_texts_and_accepts_no_more()
    {
        await _queue.AddAsync(Priority.Bulk, [Pending(3)], _cancellation);
        _queue.Close();

        Assert.Single(_queue.Take()!);
        Assert.Null(_queue.Take());
        await Assert.ThrowsAsync<InvalidOperationException>(() => _queue.AddAsync(Priority.Bulk, [Pending(3)], _cancellation).AsTask());
    }

    private static Task<T> OnItsOwnThread<T>(Func<T> work)
        => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static PendingText Pending(int length, Priority priority = Priority.Bulk)
        => new(TestModels.Words(length), TestModels.Counting(), priority, CancellationToken.None);
}
