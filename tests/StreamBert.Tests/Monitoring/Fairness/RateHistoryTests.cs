using StreamBert.Monitoring.Fairness;

namespace StreamBert.Tests.Monitoring.Fairness;

public sealed class RateHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_day_of_windows_is_kept_in_few_buckets_and_its_sum_is_exact()
    {
        var history = new RateHistory();
        for (var window = 1; window <= 1440; window++)
            Add(history, window, clusters: window);

        Assert.InRange(history.Buckets.Count, 50, 80);
        Assert.Equal(1440 * 1441 / 2, history.Sum(history.Buckets.Count, ["a"])["a"].Clusters);
        Assert.Equal(1440 + 1439 + 1438, history.Sum(3, ["a"])["a"].Clusters);
    }

    [Fact]
    public void Windows_beyond_the_horizon_are_removed()
    {
        var history = new RateHistory();
        for (var window = 1; window <= 5000; window++)
            Add(history, window, clusters: 1);

        // The oldest bucket has at most an eighth of the windows more than the day.
        Assert.InRange(history.Sum(history.Buckets.Count, ["a"])["a"].Clusters, 1440, 1440 * 9 / 8);
    }

    [Fact]
    public void Late_texts_are_added_to_their_window()
    {
        var history = new RateHistory();
        for (var window = 1; window <= 20; window++)
            Add(history, window, clusters: 1);

        Assert.True(history.TryAddLate(Start.AddMinutes(20), "b", new() { Count = 2, Clusters = 1 }));
        Assert.False(history.TryAddLate(Start.AddMinutes(21), "b", new() { Count = 2, Clusters = 1 }));

        Assert.Equal(2, history.Sum(1, ["b"])["b"].Count);
    }

    private static void Add(RateHistory history, int window, long clusters) => history.Add(
        Start.AddMinutes(window), new() { ["a"] = new() { Count = clusters, Clusters = clusters } }, TimeSpan.FromDays(1));
}
