using CsCheck;
using StreamBert.Streaming.Concurrency;

namespace StreamBert.Tests.Streaming.Concurrency;

public sealed class ByteBudgetTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_wants_more_than_is_left_waits_in_turn()
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
    public async Task What_is_larger_than_all_of_it_goes_through_alone()
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
    public async Task Who_gives_up_waiting_leaves_the_turn_to_the_next()
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
    public async Task However_many_share_it_no_more_is_out_than_it_has()
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
