using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Benchmarking;

/// <summary>What the machine itself can do: the measure that an encoder's speed is a share of.</summary>
public static class MachineSpeed
{
    private const int Size = 1536;

    /// <summary>
    /// Floating-point operations a second of large float32 matrix products (1536³), on so many single-threaded workers at once, in
    /// libtorch's own kernel.
    /// </summary>
    public static double GemmFlops(int workers, TimeSpan duration)
    {
        var products = 0L;
        var watch = new Stopwatch();
        using var start = new Barrier(workers, _ => watch.Start());
        Parallel.Invoke(new ParallelOptions { MaxDegreeOfParallelism = workers }, [.. Enumerable.Repeat(Work, workers)]);
        return products * 2.0 * Size * Size * Size / watch.Elapsed.TotalSeconds;

        void Work()
        {
            TorchThreads.Use(1);
            using var scope = NewDisposeScope();
            using var noGradient = inference_mode();
            var (a, b) = (randn(Size, Size), randn(Size, Size));
            mm(a, b).Dispose();
            start.SignalAndWait();
            while (watch.Elapsed < duration)
            {
                mm(a, b).Dispose();
                Interlocked.Increment(ref products);
            }
        }
    }
}
