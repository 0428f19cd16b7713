using StreamBert.Streaming.State.Connection;

namespace StreamBert.Tests.Streaming.State;

/// <summary>Waits until a real server is available again.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>Calls until the store answers; the test fails with its last error after a timeout.</summary>
    public static async Task<T> Async<T>(Func<Task<T>> call)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Timeout);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                return await call();
            }
            catch (StateUnavailableException) when (!timeout.IsCancellationRequested)
            {
                await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            }
        }
    }
}
