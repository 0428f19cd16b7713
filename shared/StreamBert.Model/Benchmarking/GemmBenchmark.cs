using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Benchmarking;

/// <summary>Measures the matrix-multiplication throughput of the machine, the reference for the efficiency of an encoder.</summary>
public static class GemmBenchmark
{
    private const int Size = 1536;

    /// <summary>Multiplies large float32 matrices (1536³) in libtorch's kernel, on several single-threaded workers concurrently.</summary>
    /// <param name="workers">The number of workers.</param>
    /// <param name="duration">The duration of the measurement.</param>
    /// <param name="timeProvider">Measures the time.</param>
    /// <returns>Floating-point operations per second.</returns>
    public static double MeasureFlops(int workers, TimeSpan duration, TimeProvider timeProvider)
    {
        var (products, startTimestamp) = (0L, 0L);
        using var start = new Barrier(workers, _ => startTimestamp = timeProvider.GetTimestamp());
        Parallel.Invoke(new ParallelOptions { MaxDegreeOfParallelism = workers }, [.. Enumerable.Repeat(Work, workers)]);
        return products * 2.0 * Size * Size * Size / timeProvider.GetElapsedTime(startTimestamp).TotalSeconds;

        void Work()
        {
            TorchThreads.Use(1);
            using var scope = NewDisposeScope();
            using var noGradient = inference_mode();
            var (a, b) = (randn(Size, Size), randn(Size, Size));
            mm(a, b).Dispose();
            start.SignalAndWait();
            while (timeProvider.GetElapsedTime(startTimestamp) < duration)
            {
                mm(a, b).Dispose();
                Interlocked.Increment(ref products);
            }
        }
    }
}
