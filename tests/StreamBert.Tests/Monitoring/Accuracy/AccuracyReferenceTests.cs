using StreamBert.Monitoring.Accuracy;

namespace StreamBert.Tests.Monitoring.Accuracy;

public sealed class AccuracyReferenceTests
{
    private const int Week = 168;

    private static readonly AccuracyWeek Calendar = new(new() { Name = "news" });

    [Fact]
    public void Copies_of_stories_show_in_the_design_effect_and_single_texts_do_not()
    {
        // The oracle is the size of the clusters: the confidences of copies are equal, so the variance of a mean is that many times larger.
        Assert.All(
            new (int Copies, double Low, double High)[] { (1, 1, 1.2), (3, 2.5, 3.5), (6, 5, 7) },
            static expected => Assert.InRange(
                Enumerable.Range(0, 20).Average(seed => DesignEffect(seed, expected.Copies)), expected.Low, expected.High));
    }

    [Fact]
    public void A_daily_cycle_is_expected_once_days_can_be_compared_and_noise_is_shrunk()
    {
        var reference = new AccuracyReference();
        for (var hour = 0; hour < Week; hour++)
            reference.Add(Calendar, hour, Sums(hour % 24 < 12 ? 0.9 : 0.7), null);
        var flat = new AccuracyReference();
        var random = new Random(5);
        for (var hour = 0; hour < Week; hour++)
            flat.Add(Calendar, hour, Sums(0.8 + 0.01 * (random.NextDouble() - 0.5)), null);

        Assert.Equal(0.9, reference.Expected(Calendar, Week + 3), 0.01);
        Assert.Equal(0.7, reference.Expected(Calendar, Week + 15), 0.01);
        Assert.All(Enumerable.Range(0, 24), hour => Assert.Equal(0.8, flat.Expected(Calendar, hour), 0.0015));
    }

    [Fact]
    public void An_hour_that_is_not_good_keeps_the_value_of_the_week_before()
    {
        var reference = new AccuracyReference();
        for (var hour = 0; hour < Week; hour++)
            reference.Add(Calendar, hour, Sums(0.8), null);

        reference.Add(Calendar, 2 * Week + 5, Sums(0.6), null);

        Assert.Equal((167 * 0.8 + 0.6) / Week, reference.Mean(), 1e-6);
        Assert.Equal(Week, reference.Hours);
        Assert.Null(reference.Age);
    }

    [Fact]
    public void A_young_reference_is_sufficient_after_a_day_and_states_its_age()
    {
        var reference = new AccuracyReference();
        for (var hour = 0; hour < 23; hour++)
            reference.Add(Calendar, hour, Sums(0.8), null);
        Assert.False(reference.IsSufficient);

        reference.Add(Calendar, 23, Sums(0.8), null);

        Assert.True(reference.IsSufficient);
        Assert.Equal(TimeSpan.FromHours(24), reference.Age);
    }

    private static double DesignEffect(int seed, int copies)
    {
        var (random, reference, recent) = (new Random(seed), new AccuracyReference(), new RecentHours());
        var sums = new AccuracySums();
        for (var hour = 1000; hour < 1000 + 2 * Week; hour++)
        {
            sums = new();
            for (var story = 0; story < 60; story++)
                Add(sums, 0.6 + 0.4 * random.NextDouble(), copies);
            reference.Add(Calendar, hour, sums, recent.At(hour - RecentHours.Hours));
            recent.Add(hour, sums);
        }
        return reference.DesignEffect(sums);
    }

    private static void Add(AccuracySums sums, double confidence, int copies)
    {
        sums.Texts += copies;
        sums.Confidence += copies * confidence;
        sums.Squares += copies * confidence * confidence;
        sums.ClusterSquares += copies; // as if every copy came in a window of its own
    }

    private static AccuracySums Sums(double accuracy) =>
        new() { Texts = 100, Confidence = 100 * accuracy, Squares = 100 * accuracy * accuracy, ClusterSquares = 100 };
}
