using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Model;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Training.Registry;

/// <summary>
/// Promotes the first version in the registry of each model that pipelines use and that does not ship with the program, so that importing
/// such a model is enough. Every later version serves only after a promotion.
/// </summary>
internal sealed class FirstImportPromoter(
    IEventLog log, PipelineCatalog pipelines, ModelRegistry registry, ModelPromoter promoter, IOptions<TrainingOptions> options,
    TimeProvider time, ILogger<FirstImportPromoter> logger) : BackgroundService
{
    private const string Actor = "first import";

    /// <summary>Promotes the first version of a model if there is one.</summary>
    /// <returns>Whether a version of the model serves, so that the model needs no further check.</returns>
    public async Task<bool> TryPromoteAsync(string model, CancellationToken cancellation)
    {
        try
        {
            if (await registry.ListAsync(model, cancellation) is not [.., { Version: var newest }])
                return false;
            if ((await ModelHistory.ReadAsync(log, model, cancellation)).Served.Count > 0)
                return true;
            await registry.ShareAsync(model, newest, cancellation);
            await promoter.PromoteAsync(model, newest, Actor, Actor, cancellation);
            logger.LogInformation("Model version {Version} is the first of {Model} in the registry and was promoted", newest, model);
            return true;
        }
        catch (Exception e) when (e is DependencyUnavailableException or ModelPackageException)
        {
            logger.LogWarning(
                "The first version of {Model} cannot be promoted, trying again in {Delay}: {Reason}",
                model, options.Value.RetryDelay, e.Message);
            return false;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var missing = pipelines.Classified.Select(static pipeline => pipeline.Model).Distinct()
            .Where(model => registry.Packages.FindShippedManifest(model) is null).ToHashSet();
        while (missing.Count > 0)
        {
            foreach (var model in missing.ToList())
            {
                if (await TryPromoteAsync(model, stoppingToken))
                    missing.Remove(model);
            }
            await Task.Delay(options.Value.RetryDelay, time, stoppingToken);
        }
    }
}
