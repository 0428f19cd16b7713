using StreamBert.Training.Annotators;

namespace StreamBert.Tests.Training.Annotators;

public sealed class SoftmaxRegressionTests
{
    [Fact]
    public void Without_informative_features_the_probabilities_are_the_shares_of_the_labels()
    {
        // The maximum likelihood estimate of an intercept has a closed form: the shares.
        var labels = Enumerable.Range(0, 60).Select(static i => i % 6 < 3 ? 0 : i % 6 < 5 ? 1 : 2).ToList();

        var regression = SoftmaxRegression.Fit([.. labels.Select(static _ => new double[] { 1 })], labels, 3, [1]);

        Assert.Equal([0.5, 0.333, 0.167], regression.Predict([1]).Select(static p => Math.Round(p, 3)));
    }

    [Fact]
    public void The_penalized_likelihood_has_no_slope_at_the_solution()
    {
        // With one standardized feature x and weights of opposite signs ±w for two labels: Σ (y − p) x = w · penalty, penalty 1.
        var random = new Random(1);
        var values = Enumerable.Range(0, 200).Select(_ => random.NextDouble() - 0.5).ToList();
        var labels = values.ConvertAll(value => random.NextDouble() < 1 / (1 + Math.Exp(-4 * value)) ? 1 : 0);
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));

        var regression = SoftmaxRegression.Fit(values.ConvertAll(static value => new[] { value }), labels, 2, [1]);

        double Logit(double value) => regression.Predict([value]) is var p ? Math.Log(p[1] / p[0]) : 0;
        var weight = (Logit(mean + deviation) - Logit(mean)) / 2;
        var slope = values.Zip(labels).Sum(row => (row.Second - regression.Predict([row.First])[1]) * (row.First - mean) / deviation);
        Assert.True(weight > 0.2);
        Assert.Equal(weight, slope, 0.01);
    }
}
