using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Serving;
using StreamBert.Model;
using StreamBert.Privacy;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Settings;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Inference.Rollout;

/// <summary>Starts and holds the servers of the models that the pipelines use. Thread-safe.</summary>
internal sealed class ModelServers(
    PipelineCatalog pipelines, ModelLoader loader, ModelFollower follower, PrivacyFilter privacy, IOptions<InferenceOptions> options,
    IOptions<ModelsOptions> models, Readiness readiness, Supervisor supervisor, TimeProvider time, ILogger<ModelServers> logger)
{
    private readonly ConcurrentDictionary<string, ModelServer> _servers = [];
    private volatile TaskCompletionSource _serverAdded = NewSignal();

    /// <summary>The servers by model name.</summary>
    public IReadOnlyDictionary<string, ModelServer> ByModel => _servers;

    /// <summary>Completes when the next server is added after <see cref="StartAsync"/>.</summary>
    public Task ServerAdded => _serverAdded.Task;

    /// <summary>Starts the servers of all models that have a version; reports the models that have none yet.</summary>
    /// <exception cref="ConfigurationException">A shipped model cannot serve its pipelines.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        readiness.MarkWaiting("model", "loading");
        var targets = await follower.ReadTargetsAsync(cancellation);
        foreach (var name in pipelines.Classified.Select(static pipeline => pipeline.Model).Distinct())
        {
            await follower.FetchInitialAsync(targets.GetValueOrDefault(name, []), cancellation);
            if (await Task.Run(() => LoadInitial(name, targets.GetValueOrDefault(name, [])), cancellation) is { } model)
            {
                Start(name, model);
                await Task.Run(() => follower.LoadCandidate(_servers[name], targets.GetValueOrDefault(name, [])), cancellation);
            }
            else
            {
                ReportMissing(name);
            }
        }
        readiness.MarkReady("model", $"{_servers.Count} loaded");
    }

    /// <summary>Starts the server of a model that had no version before; returns whether the version can serve the pipelines.</summary>
    public bool TryStart(ModelTarget target, ServedModel model)
    {
        try
        {
            if (pipelines.Classified.All(pipeline => pipeline.Model != target.Model))
            {
                model.Unload();
                return false;
            }
            Start(target.Model, model);
            Interlocked.Exchange(ref _serverAdded, NewSignal()).SetResult();
            return true;
        }
        catch (ConfigurationException e)
        {
            model.Unload();
            logger.LogError(
                "Model version {Version} is refused because it cannot serve its pipelines: {Reason}", target.Version, e.Message);
            return false;
        }
    }

    /// <summary>Finishes the current batches and unloads all models.</summary>
    public async Task StopAsync()
    {
        foreach (var server in _servers.Values)
            await Task.Run(server.Dispose, CancellationToken.None);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Loads the version that is to serve, or the newest one before it that can be loaded; null if there is none yet.</summary>
    private ServedModel? LoadInitial(string name, IReadOnlyList<ModelTarget> targets)
    {
        try
        {
            return follower.LoadInitial(targets, () => loader.HasShipped(name) ? loader.LoadShipped(name, pipelines.HeadsOf(name)) : null);
        }
        catch (ModelPackageException e)
        {
            throw new ConfigurationException(e.Message, e);
        }
    }

    private void Start(string name, ServedModel model)
    {
        RequireEntityHeads(name, model);
        _servers[name] = new(name, model, options.Value, time, readiness, supervisor);
        logger.LogInformation(
            "Model {Model} serves {Version} in {Precision} with the heads {Heads}",
            name, model.Version, model.Precision, string.Join(", ", model.Heads));
        foreach (var pipeline in pipelines.Classified.Where(pipeline => pipeline.Model == name))
        {
            foreach (var warning in LabelWarnings.Of(pipeline, model.Labels))
                logger.LogWarning("Pipeline {Pipeline}: {Warning}", pipeline.Name, warning);
        }
    }

    private void ReportMissing(string name)
    {
        var waiting = string.Join(
            ", ", pipelines.Classified.Where(pipeline => pipeline.Model == name).Select(static pipeline => pipeline.Name));
        readiness.MarkWaiting(
            ModelServer.ReadinessPartOf(name),
            $"no version of this model is available yet; the texts of {waiting} wait in the log. "
            + $"Import one with 'streambert models import DIR --name {name}' (registry {models.Value.Directory})");
        logger.LogWarning(
            "Model {Model} has no version yet; the texts of {Pipelines} wait in the log until one is imported or promoted", name, waiting);
    }

    /// <exception cref="ConfigurationException">A pipeline redacts names, but none of its heads recognises persons.</exception>
    private void RequireEntityHeads(string name, ServedModel model)
    {
        foreach (var pipeline in pipelines.Classified.Where(pipeline => pipeline.Model == name && RedactsNamesWithoutHead(pipeline, model)))
        {
            var entityHeads = model.EntityHeads.Count == 0 ? "none" : string.Join(", ", model.EntityHeads);
            throw new ConfigurationException(
                $"The pipeline '{pipeline.Name}' redacts names (Privacy:Redact), which needs a head that recognises entities; "
                + $"{model.Version} has {entityHeads} and the pipeline's Heads are {string.Join(", ", pipeline.Heads)}. "
                + "Add such a head to Heads, or remove 'name' from Privacy:Redact.");
        }
    }

    private bool RedactsNamesWithoutHead(PipelineOptions pipeline, ServedModel model) =>
        privacy.RedactorOf(pipeline.Name).RedactsNames && !pipeline.Heads.Intersect(model.EntityHeads).Any();
}
