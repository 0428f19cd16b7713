using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Model;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Training.Registry;

/// <summary>
/// Promotes the first version in the registry of each model that pipelines use and that does not ship with the program, so that importing
/// such a model is enough. Every later version serves only after a promotion.
/// </summary>
internal sealed class FirstImportPromoter(
    IEventLog log, PipelineCatalog pipelines, ModelDirectory directory, ModelPromoter promoter, IOptions<TrainingOptions> options,
    TimeProvider time, ILogger<FirstImportPromoter> logger) : BackgroundService
{
    private const string Actor = "first import";

    /// <summary>Promotes the first version of a model if there is one.</summary>
    /// <returns>Whether a version of the model serves, so that the model needs no further check.</returns>
    public async Task<bool> TryPromoteAsync(string model, CancellationToken cancellation)
    {
        var versions = directory.ListVersions().Where(version => version.Model == model).Select(static version => version.Version);
        if (versions.LastOrDefault() is not { } newest)
            return false;
        try
        {
            if ((await ModelHistory.ReadAsync(log, model, cancellation)).Served.Count > 0)
                return true;
            await promoter.PromoteAsync(model, newest, Actor, Actor, cancellation);
            logger.LogInformation("Model version {Version} is the first of {Model} in the registry and was promoted", newest, model);
            return true;
        }
        catch (Exception e) when (e is LogUnavailableException or ModelPackageException)
        {
            logger.LogWarning(
                "Model version {Version} of {Model} cannot be promoted, trying again in {Delay}: {Reason}",
                newest, model, options.Value.RetryDelay, e.Message);
            return false;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var missing = pipelines.Classified.Select(static pipeline => pipeline.Model).Distinct()
            .Where(model => directory.FindShippedManifest(model) is null).ToHashSet();
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
