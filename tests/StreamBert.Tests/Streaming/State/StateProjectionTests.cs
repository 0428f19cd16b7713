using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Tests.Streaming.State;

public sealed class StateProjectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_applied_twice_counts_once()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        var start = await state.Projection.ReadPositionsAsync(Topics.Predictions, Cancellation);
        var batch = Batch(0, 3);

        var first = await state.Projection.ApplyAsync(Topics.Predictions, start, batch, Cancellation);
        var second = await state.Projection.ApplyAsync(Topics.Predictions, start, batch, Cancellation);

        Assert.Equal(3, first![0]);
        Assert.Null(second);
        Assert.Equal(3, await PredictedAsync(state));
    }

    [Fact]
    public async Task A_batch_that_would_leave_a_gap_is_rejected()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        var ahead = new Dictionary<int, long> { [0] = 5 };

        Assert.Null(await state.Projection.ApplyAsync(Topics.Predictions, ahead, Batch(5, 3), Cancellation));

        Assert.Equal(0, await PredictedAsync(state));
        Assert.Empty(await state.Projection.ReadPositionsAsync(Topics.Predictions, Cancellation));
    }

    [Fact]
    public async Task Of_two_concurrent_writers_one_is_applied_and_the_other_is_notified()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var one = new StateParts(redis.ConnectionString);
        await using var other = new StateParts(redis.ConnectionString);
        IReadOnlyDictionary<int, long> start = new Dictionary<int, long>();

        var applied = await Task.WhenAll(
            one.Projection.ApplyAsync(Topics.Predictions, start, Batch(0, 200), Cancellation),
            other.Projection.ApplyAsync(Topics.Predictions, start, Batch(0, 300), Cancellation));

        var winner = Assert.Single(applied, static result => result is not null);
        Assert.Equal(winner![0], await PredictedAsync(one));
    }

    [Fact]
    public async Task Topics_and_partitions_are_independent()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        await state.AppendAsync(Topics.Predictions, Some.Prediction("a"), Some.Prediction("b", topic: Topics.Interactive));
        await state.AppendAsync(Topics.Trends, Some.Trend(0));
        var positions = await state.Projection.ReadPositionsAsync(Topics.Predictions, Cancellation);
        var third = new LoggedEvent(
            new(new(Topics.Predictions, 3, 40), null, [], new Dictionary<string, byte[]>(), Some.Noon),
            Some.Prediction("c"));
        await state.Projection.ApplyAsync(Topics.Predictions, positions, [third], Cancellation);

        Assert.Equal(
            new Dictionary<int, long> { [0] = 2, [3] = 41 },
            await state.Projection.ReadPositionsAsync(Topics.Predictions, Cancellation));
        Assert.Equal(new Dictionary<int, long> { [0] = 1 }, await state.Projection.ReadPositionsAsync(Topics.Trends, Cancellation));
        Assert.Equal(3, await PredictedAsync(state));
    }

    [Fact]
    public async Task A_record_without_a_known_event_is_skipped()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        var foreign = LoggedEvent.Read(
            new(new(Topics.Predictions, 0, 0), null, "{ nonsense"u8.ToArray(), new Dictionary<string, byte[]>(), Some.Noon));

        var after = await state.Projection.ApplyAsync(Topics.Predictions, new Dictionary<int, long>(), [foreign], Cancellation);

        Assert.Null(foreign.Event);
        Assert.Equal(1, after![0]);
        Assert.Equal(0, await PredictedAsync(state));
    }

    [Fact]
    public async Task A_cleared_store_is_empty_and_is_projected_from_the_beginning()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        await using var neighbour = new StateParts(redis.ConnectionString, ("KeyPrefix", "{neighbour}:"));
        await state.AppendAsync(Topics.Predictions, Some.Prediction("a"));
        await neighbour.AppendAsync(Topics.Predictions, Some.Prediction("n"));

        await state.Projection.ClearAsync(Cancellation);

        Assert.Empty(await state.Projection.ReadPositionsAsync(Topics.Predictions, Cancellation));
        Assert.Null(await state.Store.FindPredictionAsync("a", Cancellation));
        Assert.Equal(0, await PredictedAsync(state));
        Assert.Empty(await state.Store.ListAlertsAsync(AlertFilter.Open, 10, Cancellation));
        Assert.Empty(await state.Store.ListModelsAsync(Cancellation));
        Assert.Empty(await state.Store.ListTrendsAsync(new(), Cancellation));
        Assert.NotNull(await neighbour.Store.FindPredictionAsync("n", Cancellation));
    }

    private static async Task<long> PredictedAsync(StateParts state)
        => (await state.Store.ListModelsAsync(Cancellation)).Sum(static version => version.Predictions);

    private static List<LoggedEvent> Batch(int from, int count) =>
        [.. Enumerable.Range(from, count)
            .Select(static offset => StateParts.Logged(Topics.Predictions, offset, Some.Prediction($"id-{offset}", offset)))];
}
