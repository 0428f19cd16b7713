using Microsoft.Extensions.Hosting;

namespace StreamBert.Tests.Training;

/// <summary>A background service that runs until it is disposed.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private readonly BackgroundService _service;

    private RunningService(BackgroundService service) => _service = service;

    public static async Task<RunningService> StartAsync(BackgroundService service)
    {
        await service.StartAsync(TestContext.Current.CancellationToken);
        return new(service);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.StopAsync(TestContext.Current.CancellationToken);
        _service.Dispose();
    }
}
