using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Registry;

/// <summary>Handles requests to roll back to an earlier version.</summary>
internal sealed class RollbackHandler(IEventLog log, ModelDirectory directory, TimeProvider time, ILogger<RollbackHandler> logger)
{
    /// <returns>The event that rolls back, or null if the request is rejected; the reason is logged.</returns>
    public async Task<ModelRolledBack?> HandleAsync(RollbackRequested request, CancellationToken cancellation)
    {
        var history = await ModelHistory.ReadAsync(log, request.Model, cancellation);
        if (history.Served.Count == 0)
            return Reject(request, "the shipped version serves; there is none before it");
        var serving = history.Served[^1];
        var known = directory.FindShipped(request.Model) is { } shipped ? history.Served.Prepend(shipped) : history.Served;
        var target = known.LastOrDefault(
            served => request.To is null ? served.Version != serving.Version : served.Version == request.To);
        if (target is null || target.Version == serving.Version)
        {
            return Reject(
                request, request.To is null ? "there is no version before it" : $"'{request.To}' is not an earlier version of it");
        }
        return FindPackageError(target) is { } error ? Reject(request, error) : RollBack(request, serving, target);
    }

    private ModelRolledBack RollBack(RollbackRequested request, ServedVersion serving, ServedVersion target) => new()
    {
        Model = request.Model,
        From = serving.Version,
        To = target.Version,
        Directory = target.Directory,
        RolledBackAt = time.GetUtcNow(),
        By = request.By,
        Reason = request.Reason,
    };

    private string? FindPackageError(ServedVersion target)
    {
        if (!Directory.Exists(directory.Resolve(target.Directory)))
            return $"the package {target.Directory} is not in the models directory any more";
        try
        {
            ModelPackage.Verify(directory.Resolve(target.Directory));
            return null;
        }
        catch (ModelPackageException e)
        {
            return $"the package of '{target.Version}' is damaged. {e.Message}";
        }
    }

    private ModelRolledBack? Reject(RollbackRequested request, string reason)
    {
        logger.LogError("The rollback of {Model} that {By} requested is rejected: {Reason}", request.Model, request.By, reason);
        return null;
    }
}
