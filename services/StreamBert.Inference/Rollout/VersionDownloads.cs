using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using StreamBert.Inference.Serving;

namespace StreamBert.Inference.Rollout;

/// <summary>
/// Downloads the versions that this machine lacks from the model store, and remembers which downloads failed. Thread-safe.
/// </summary>
/// <param name="download">
/// Downloads a version unless it is there; returns whether it is, and throws if the store cannot be used.
/// </param>
internal sealed class VersionDownloads(Func<ModelTarget, CancellationToken, Task<bool>> download)
{
    private const int MaxDoublings = 16;

    /// <summary>The directories whose download failed, with the last error and the number of attempts.</summary>
    private readonly ConcurrentDictionary<string, (Exception Error, int Attempts)> _failed = [];

    /// <summary>Downloads a version unless it is there. A failure is the reason why it cannot be loaded.</summary>
    /// <returns>Whether it is there.</returns>
    public async Task<bool> FetchAsync(ModelTarget target, CancellationToken cancellation)
    {
        try
        {
            var isPresent = await download(target, cancellation);
            _failed.TryRemove(target.Directory, out _);
            return isPresent;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            _failed.AddOrUpdate(target.Directory, (e, 1), (_, failed) => (e, failed.Attempts + 1));
            return false;
        }
    }

    /// <summary>Throws the error of the last download if it failed.</summary>
    public void ThrowIfFailed(ModelTarget target)
    {
        if (_failed.TryGetValue(target.Directory, out var failed))
            ExceptionDispatchInfo.Throw(failed.Error);
    }

    /// <summary>Returns the delay before the next attempt: a failed download is repeated soon, then less and less often.</summary>
    /// <param name="longest">The delay after other failures than those of downloads.</param>
    public TimeSpan GetRetryDelay(ModelTarget target, TimeSpan first, TimeSpan longest)
    {
        if (!_failed.TryGetValue(target.Directory, out var failed))
            return longest;
        var delay = first * (1 << Math.Min(failed.Attempts - 1, MaxDoublings));
        return delay < longest ? delay : longest;
    }
}
