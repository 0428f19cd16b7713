using StreamBert.Monitoring.Baselines;
using StreamBert.Monitoring.Labels;

namespace StreamBert.Tests.Monitoring.Labels;

/// <summary>The oracle is the exhaustive sum over all outcomes of a small span.</summary>
public sealed class SpanTestTests
{
    /// <summary>In Pólya's urn with 2 selected and 6 other balls, k of n draws are selected with the beta-binomial probability.</summary>
    [Theory]
    [InlineData(9, 6)]
    [InlineData(9, 9)]
    [InlineData(12, 10)]
    public void The_tail_of_a_share_is_that_of_all_sequences_of_an_urn(int size, int least)
    {
        const int Selected = 2, Other = 6;
        var exhaustive = Enumerable.Range(0, 1 << size).Where(sequence => int.PopCount(sequence) >= least)
            .Sum(sequence => SequenceProbability(sequence, size, Selected, Other));
        const double Mean = 0.25, Correlation = 1.0 / (Selected + Other + 1);
        var variance = size * Mean * (1 - Mean) * (1 + (size - 1) * Correlation);

        var p = SpanTest.PValue(BaselineMeasure.Share, Span(size, least, size * Mean), variance, isAbove: true);

        Assert.Equal(exhaustive, p, exhaustive * 0.01); // the rounding margin of a thousandth of a cluster is part of the test
    }

    [Theory]
    [InlineData(true, 13)]
    [InlineData(false, 1)]
    public void The_tail_of_a_count_is_the_sum_of_negative_binomial_probabilities(bool isAbove, int amount)
    {
        const double Mean = 6.5, Variance = 7; // r = μ²/(σ² − μ), success probability μ/σ²
        const double R = Mean * Mean / (Variance - Mean), Success = Mean / Variance;
        var (sum, probability) = (0.0, Math.Pow(Success, R));
        for (var k = 0; k < 200; k++)
        {
            sum += (isAbove ? k >= amount : k <= amount) ? probability : 0;
            probability *= (k + R) / (k + 1) * (1 - Success);
        }

        Assert.Equal(sum, SpanTest.PValue(BaselineMeasure.Count, Span(Mean, amount, Mean), Variance, isAbove), sum * 1e-6);
    }

    [Fact]
    public void A_fall_of_a_share_is_a_rise_of_the_others()
    {
        var fall = SpanTest.PValue(BaselineMeasure.Share, Span(50, 5, 25), 12.5 * 1.5, isAbove: false);
        var rise = SpanTest.PValue(BaselineMeasure.Share, Span(50, 45, 25), 12.5 * 1.5, isAbove: true);

        Assert.Equal(rise, fall, 1e-12);
    }

    [Fact]
    public void A_span_without_clusters_says_nothing() =>
        Assert.Equal(1, SpanTest.PValue(BaselineMeasure.Share, default, 1, isAbove: true));

    private static SpanSums Span(double size, double amount, double expected) =>
        new() { Size = (float)size, Amount = (float)amount, Expected = (float)expected };

    private static double SequenceProbability(int sequence, int size, int selected, int other)
    {
        var probability = 1.0;
        for (var draw = 0; draw < size; draw++)
        {
            var isSelected = (sequence >> draw & 1) == 1;
            probability *= (isSelected ? selected : other) / (double)(selected + other);
            (selected, other) = isSelected ? (selected + 1, other) : (selected, other + 1);
        }
        return probability;
    }
}
