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
        await budget.TakeAsync(80, Cancellation);
        var large = budget.TakeAsync(60, Cancellation);
        var small = budget.TakeAsync(10, Cancellation);

        Assert.False(large.IsCompleted || small.IsCompleted);
        budget.Give(80);
        await Task.WhenAll(large, small);

        Assert.Equal(70, budget.Used);
    }

    [Fact]
    public async Task What_is_larger_than_all_of_it_goes_through_alone()
    {
        using var budget = new ByteBudget(100);
        await budget.TakeAsync(1, Cancellation);
        var huge = budget.TakeAsync(1_000, Cancellation);
        Assert.False(huge.IsCompleted);

        budget.Give(1);
        await huge;
        var next = budget.TakeAsync(1, Cancellation);

        Assert.False(next.IsCompleted);
        budget.Give(1_000);
        await next;
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_the_turn_to_the_next()
    {
        using var budget = new ByteBudget(100);
        using var impatient = new CancellationTokenSource();
        await budget.TakeAsync(100, Cancellation);
        var first = budget.TakeAsync(100, impatient.Token);
        var second = budget.TakeAsync(50, Cancellation);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        budget.Give(100);
        await second;

        Assert.Equal(50, budget.Used);
    }

    [Fact]
    public async Task However_many_share_it_no_more_is_out_than_it_has()
    {
        await Gen.Int[1, 100].Array[1, 60].SampleAsync(static async sizes =>
        {
            using var budget = new ByteBudget(100);
            await Task.WhenAll(sizes.Select(async size =>
            {
                await budget.TakeAsync(size, Cancellation);
                Assert.InRange(budget.Used, size, 100);
                await Task.Yield();
                budget.Give(size);
            }));
            Assert.Equal(0, budget.Used);
        }, iter: 50, threads: 1);
    }
}
