using StreamBert.Streaming.State.Connection;

namespace StreamBert.Tests.Streaming.State;

/// <summary>Waits for a real server to be back.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Calls until the store answers; the test fails with its last error when patience ends.</summary>
    public static async Task<T> Async<T>(Func<Task<T>> call)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                return await call();
            }
            catch (StateUnavailableException) when (!patience.IsCancellationRequested)
            {
                await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            }
        }
    }
}
