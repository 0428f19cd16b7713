using TorchSharp;

namespace StreamBert.Model;

/// <summary>
/// Sets the number of threads for one operation. libtorch keeps it per calling thread, so it is set where the work is done: one for
/// inference (several single-threaded replicas are faster than one with several threads), more for training.
/// </summary>
internal static class TorchThreads
{
    [ThreadStatic]
    private static int _current;

    public static void Use(int threads)
    {
        if (_current == threads) return;
        torch.set_num_threads(threads);
        _current = threads;
    }
}
