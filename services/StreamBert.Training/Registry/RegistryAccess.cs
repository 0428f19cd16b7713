using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Models;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Training.Registry;

/// <summary>
/// Uses the registry for work that must not be lost: waits while the model store does not answer, with growing delays, and shows that in
/// the health of the process.
/// </summary>
internal sealed class RegistryAccess(ModelRegistry registry, Supervisor supervisor, Readiness readiness)
{
    private const string Component = "model store";

    /// <summary>Downloads a version that the directory lacks.</summary>
    public Task FetchAsync(string model, string version, CancellationToken cancellation) => RunAsync(
        $"The download of {model}/{version}", token => registry.FetchAsync(model, version, token), cancellation);

    /// <summary>Uploads a version that a run has created; a stored one of that name belongs to an interrupted run.</summary>
    public Task PublishAsync(string model, string version, CancellationToken cancellation) => RunAsync(
        $"The upload of {model}/{version}", token => registry.PublishAsync(model, version, mayReplace: true, token), cancellation);

    /// <summary>Removes a version.</summary>
    public Task RemoveAsync(string model, string version, CancellationToken cancellation) => RunAsync(
        $"The removal of {model}/{version}",
        async token =>
        {
            await registry.RemoveAsync(model, version, token);
            return true;
        },
        cancellation);

    private async Task RunAsync(string name, Func<CancellationToken, Task<bool>> step, CancellationToken cancellation)
    {
        var task = new SupervisedTask(name)
        {
            IsRetryable = static error => error is ModelStoreException,
            OnFailure = error => readiness.Degrade(
                Component, $"{name} waits. {error.Message}", "It continues by itself when the store answers; what serves is not affected."),
        };
        await supervisor.RunOnceAsync(task, step, cancellation);
        readiness.Recover(Component);
    }
}
