using StreamBert.Cli.Bench.Tokenization;
using StreamBert.Model.Benchmarking;
using StreamBert.Model.Tokenization;

namespace StreamBert.Tests.Cli.Bench.Tokenization;

public sealed class TokenizerBenchTests
{
    private static readonly string Model = Path.Combine(AppContext.BaseDirectory, "models", "default");

    [Fact]
    public void It_measures_both_tokenizers_and_counts_different_texts()
    {
        var texts = BenchmarkTexts.Generate().Take(200).Append("plain ﬁgures and 𝒜 café").ToList();

        var figures = TokenizerBench.Measure(
            TokenizerComparison.Open(Model),
            texts,
            rounds: 3,
            TimeProvider.System,
            TestContext.Current.CancellationToken);

        Assert.Equal((201, 3), (figures.Texts, figures.Rounds));
        Assert.InRange(figures.Tokens, 201 * 4, 201 * 64);
        Assert.InRange(figures.TokensPerSecond, 1, double.MaxValue);
        Assert.InRange(figures.BytesPerText, 0, 4); // the measurement itself allocates a little
        Assert.InRange(figures.DifferentTexts, 0, texts.Count);
    }

    [Fact]
    public void The_texts_are_the_same_every_time() => Assert.Equal(BenchmarkTexts.Generate(), BenchmarkTexts.Generate());
}
