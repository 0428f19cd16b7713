using BenchmarkDotNet.Attributes;
using StreamBert.Model;
using StreamBert.Model.Network;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Benchmarks;

/// <summary>
/// The widest linear layer of a 6×384 encoder on 512 tokens, one thread: libtorch's default product, oneDNN's with a laid-out weight,
/// bfloat16, 8 bits.
/// </summary>
[InProcess]
public class LinearBenchmarks
{
    private Tensor x = null!, weight = null!, bias = null!, xHalf = null!, weightHalf = null!, biasHalf = null!;
    private OneDnnLinear? oneDnn;
    private Int8Linear int8 = null!;

    [GlobalSetup]
    public void SetUp()
    {
        TorchThreads.Use(1);
        (x, weight, bias) = (randn(512, 384), randn(1536, 384), randn(1536));
        (xHalf, weightHalf, biasHalf) = (x.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16), bias.to(ScalarType.BFloat16));
        (oneDnn, int8) = (OneDnnLinear.TryCreate(weight, bias), new Int8Linear(weight, bias));
    }

    [Benchmark(Baseline = true)]
    public void Default() => Once(() => nn.functional.linear(x, weight, bias));

    [Benchmark]
    public void OneDnn() => Once(() => oneDnn?.Forward(x) ?? throw new NotSupportedException("This libtorch has no oneDNN."));

    [Benchmark]
    public void BFloat16() => Once(() => nn.functional.linear(xHalf, weightHalf, biasHalf));

    [Benchmark]
    public void Int8() => Once(() => int8.Forward(x));

    [GlobalCleanup]
    public void CleanUp()
    {
        oneDnn?.Dispose();
        int8.Dispose();
        foreach (var tensor in (Tensor[])[x, weight, bias, xHalf, weightHalf, biasHalf]) tensor.Dispose();
    }

    private static void Once(Func<Tensor> layer)
    {
        TorchThreads.Use(1);
        using var noGradient = inference_mode();
        layer().Dispose();
    }
}
