using BenchmarkDotNet.Attributes;
using StreamBert.Model;
using StreamBert.Model.Network.InferenceLayers;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Benchmarks;

/// <summary>
/// Measures the widest linear layer of a 6×384 encoder on 512 tokens with one thread: libtorch's default product, oneDNN's product with a
/// pre-arranged weight, bfloat16 and int8.
/// </summary>
[InProcess]
public class LinearBenchmarks
{
    private Tensor _x = null!, _weight = null!, _bias = null!, _xHalf = null!, _weightHalf = null!, _biasHalf = null!;
    private OneDnnLinear? _oneDnn;
    private Int8Linear _int8 = null!;

    [GlobalSetup]
    public void SetUp()
    {
        TorchThreads.Use(1);
        (_x, _weight, _bias) = (randn(512, 384), randn(1536, 384), randn(1536));
        (_xHalf, _weightHalf, _biasHalf) = (_x.to(ScalarType.BFloat16), _weight.to(ScalarType.BFloat16), _bias.to(ScalarType.BFloat16));
        (_oneDnn, _int8) = (OneDnnLinear.TryCreate(_weight, _bias), new Int8Linear(_weight, _bias));
    }

    [Benchmark(Baseline = true)]
    public void Default() => Run(() => nn.functional.linear(_x, _weight, _bias));

    [Benchmark]
    public void OneDnn() => Run(() => _oneDnn?.Forward(_x) ?? throw new NotSupportedException("This libtorch has no oneDNN."));

    [Benchmark]
    public void BFloat16() => Run(() => nn.functional.linear(_xHalf, _weightHalf, _biasHalf));

    [Benchmark]
    public void EightBit() => Run(() => _int8.Forward(_x));

    [GlobalCleanup]
    public void CleanUp()
    {
        _oneDnn?.Dispose();
        _int8.Dispose();
        foreach (var tensor in (Tensor[])[_x, _weight, _bias, _xHalf, _weightHalf, _biasHalf])
            tensor.Dispose();
    }

    private static void Run(Func<Tensor> layer)
    {
        TorchThreads.Use(1);
        using var noGradient = inference_mode();
        layer().Dispose();
    }
}
