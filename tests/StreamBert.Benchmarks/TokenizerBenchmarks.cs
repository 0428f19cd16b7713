using BenchmarkDotNet.Attributes;
using StreamBert.Cli.Bench.Tokenization;
using StreamBert.Model.Benchmarking;
using StreamBert.Model.Tokenization;

namespace StreamBert.Benchmarks;

/// <summary>
/// Compares the tokenizer with Microsoft.ML.Tokenizers on the vocabulary of the shipped model; an operation tokenizes all texts.
/// </summary>
[InProcess]
[MemoryDiagnoser]
public class TokenizerBenchmarks
{
    private readonly IReadOnlyList<string> _texts = BenchmarkTexts.Generate();
    private readonly TokenizerComparison _comparison = TokenizerComparison.Open(
        Path.Combine(AppContext.BaseDirectory, "models", "default"));

    [Benchmark]
    public long StreamBert() => _comparison.CountTokens(_texts);

    [Benchmark(Baseline = true)]
    public long Microsoft() => _comparison.CountMicrosoftTokens(_texts);
}
