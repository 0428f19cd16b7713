using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Model;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Training.Registry;

/// <summary>
/// Pipelines whose model is not there yet wait for it. The first version of such a model that appears in the registry is promoted, so that
/// importing it is
/// enough; every later version serves only if somebody promotes it.
/// </summary>
public sealed class FirstImports(
    IEventLog log, PipelineCatalog pipelines, ModelDirectory directory, Promotion promotion, IOptions<TrainingOptions> options, TimeProvider time, ILogger<FirstImports> logger)
    : BackgroundService
{
    private const string Actor = "first import";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var awaited = pipelines.All.Select(static pipeline => pipeline.Model).Distinct()
            .Where(model => directory.ShippedManifest(model) is null)
            .ToHashSet();
        while (awaited.Count > 0)
        {
            foreach (var model in awaited.ToList())
            {
                if (await TryPromoteAsync(model, stoppingToken))
                    awaited.Remove(model);
            }

            await Task.Delay(options.Value.RetryDelay, time, stoppingToken);
        }
    }

    /// <returns>Whether a version of the model serves, which ends the waiting for it.</returns>
    public async Task<bool> TryPromoteAsync(string model, CancellationToken cancellation)
    {
        if (directory.Versions().Where(one => one.Model == model).Select(static one => one.Version).LastOrDefault() is not { } newest)
            return false;
        try
        {
            if ((await ModelHistory.ReadAsync(log, model, cancellation)).Served.Count > 0)
                return true;
            await promotion.MakeAsync(model, newest, Actor, Actor, cancellation);
            logger.LogInformation(
                "{Version} is the first version of {Model} in the registry and is promoted: pipelines wait for this model",
                newest,
                model);
            return true;
        }
        catch (Exception e) when (e is LogUnavailableException or ModelPackageException)
        {
            logger.LogWarning(
                "{Version} of {Model} cannot be promoted yet, trying again in {Delay}: {Reason}",
                newest,
                model,
                options.Value.RetryDelay,
                e.Message);
            return false;
        }
    }
}
