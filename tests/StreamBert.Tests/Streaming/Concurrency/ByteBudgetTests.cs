using CsCheck;
using StreamBert.Streaming.Concurrency;

namespace StreamBert.Tests.Streaming.Concurrency;

public sealed class ByteBudgetTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callers_wait_in_turn_for_bytes_to_be_released()
    {
        using var budget = new ByteBudget(100);
        await budget.AcquireAsync(80, Cancellation);
        var large = budget.AcquireAsync(60, Cancellation);
        var small = budget.AcquireAsync(10, Cancellation);

        Assert.False(large.IsCompleted || small.IsCompleted);
        budget.Release(80);
        await Task.WhenAll(large, small);

        Assert.Equal(70, budget.UsedBytes);
    }

    [Fact]
    public async Task A_request_above_the_capacity_is_granted_alone()
    {
        using var budget = new ByteBudget(100);
        await budget.AcquireAsync(1, Cancellation);
        var huge = budget.AcquireAsync(1_000, Cancellation);
        Assert.False(huge.IsCompleted);

        budget.Release(1);
        await huge;
        var next = budget.AcquireAsync(1, Cancellation);

        Assert.False(next.IsCompleted);
        budget.Release(1_000);
        await next;
    }

    [Fact]
    public async Task A_cancelled_caller_lets_the_next_one_proceed()
    {
        using var budget = new ByteBudget(100);
        using var impatient = new CancellationTokenSource();
        await budget.AcquireAsync(100, Cancellation);
        var first = budget.AcquireAsync(100, impatient.Token);
        var second = budget.AcquireAsync(50, Cancellation);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        budget.Release(100);
        await second;

        Assert.Equal(50, budget.UsedBytes);
    }

    [Fact]
    public async Task Concurrent_callers_never_hold_more_than_the_capacity()
    {
        await Gen.Int[1, 100].Array[1, 60].SampleAsync(static async sizes =>
        {
            using var budget = new ByteBudget(100);
            await Task.WhenAll(sizes.Select(async size =>
            {
                await budget.AcquireAsync(size, Cancellation);
                Assert.InRange(budget.UsedBytes, size, 100);
                await Task.Yield();
                budget.Release(size);
            }));
            Assert.Equal(0, budget.UsedBytes);
        }, iter: 50, threads: 1);
    }
}
