using BenchmarkDotNet.Attributes;
using StreamBert.Cli.Bench;
using StreamBert.Model.Benchmarking;
using StreamBert.Model.Tokenization;

namespace StreamBert.Benchmarks;

/// <summary>
/// Our word pieces and Microsoft.ML.Tokenizers' on the vocabulary of the model that ships; an operation is all of the bench's texts.
/// </summary>
[InProcess]
[MemoryDiagnoser]
public class TokenizerBenchmarks
{
    private readonly IReadOnlyList<string> _texts = BenchTexts.Write();
    private readonly TokenizerComparison _comparison = TokenizerComparison.Open(
        Path.Combine(AppContext.BaseDirectory, "models", "default"));

    [Benchmark]
    public long StreamBert() => _comparison.CountTokens(_texts);

    [Benchmark(Baseline = true)]
    public long Microsoft() => _comparison.CountMicrosoftTokens(_texts);
}
