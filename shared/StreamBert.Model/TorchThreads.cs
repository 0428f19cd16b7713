using TorchSharp;

namespace StreamBert.Model;

/// <summary>
/// How many threads one operation may use. libtorch keeps this per calling thread, so it is set where the work is done: one for
/// serving (several single-threaded replicas beat one of several threads), more for training alone on a machine.
/// </summary>
internal static class TorchThreads
{
    [ThreadStatic] private static int _current;

    public static void Use(int threads)
    {
        if (_current == threads) return;
        torch.set_num_threads(threads);
        _current = threads;
    }
}
