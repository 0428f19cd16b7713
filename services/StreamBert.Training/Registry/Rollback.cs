using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Registry;

/// <summary>Answers the wish that an earlier version serve again.</summary>
public sealed class Rollback(IEventLog log, ModelDirectory directory, TimeProvider time, ILogger<Rollback> logger)
{
    /// <returns>The event that brings it about, or null if there is no such version to go back to; the log says why.</returns>
    public async Task<ModelRolledBack?> DecideAsync(RollbackRequested request, CancellationToken cancellation)
    {
        var history = await ModelHistory.ReadAsync(log, request.Model, cancellation);
        if (history.Served.Count == 0)
            return Refuse(request, "the shipped version serves; there is none before it");
        var present = history.Served[^1];
        var known = directory.FindShipped(request.Model) is { } shipped ? history.Served.Prepend(shipped) : history.Served;
        var target = known.LastOrDefault(served => request.To is null ? served.Version != present.Version : served.Version == request.To);
        if (target is null || target.Version == present.Version)
        {
            return Refuse(
                request,
                request.To is null ? "there is no version before it" : $"'{request.To}' is not an earlier version of it");
        }

        if (!Directory.Exists(directory.Resolve(target.Directory)))
            return Refuse(request, $"the package {target.Directory} is not in the models directory any more");
        if (Damage(directory.Resolve(target.Directory)) is { } damage)
            return Refuse(request, $"the package of '{target.Version}' is damaged. {damage}");
        return new()
        {
            Model = request.Model,
            From = present.Version,
            To = target.Version,
            Directory = target.Directory,
            RolledBackAt = time.GetUtcNow(),
            By = request.By,
            Reason = request.Reason,
        };
    }

    private static string? Damage(string package)
    {
        try
        {
            ModelPackage.Verify(package);
            return null;
        }
        catch (ModelPackageException e)
        {
            return e.Message;
        }
    }

    private ModelRolledBack? Refuse(RollbackRequested request, string reason)
    {
        logger.LogError("The rollback of {Model} that {By} asked for is refused: {Reason}", request.Model, request.By, reason);
        return null;
    }
}
