using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Serving;
using StreamBert.Inference.Working;
using StreamBert.Model;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Privacy;
using StreamBert.Streaming.Schemas;

namespace StreamBert.Inference;

/// <summary>Texts in, predictions out: loads the models, then runs its consumer groups and follows the promotions.</summary>
public sealed class InferenceService : BackgroundService
{
    /// <summary>The consumer group of the pipelines' input topics.</summary>
    public const string BulkGroup = "inference";

    /// <summary>The consumer group of <see cref="Topics.Interactive"/>.</summary>
    public const string InteractiveGroup = "inference-interactive";

    /// <summary>The consumer group of <see cref="Topics.Explain"/>.</summary>
    public const string ExplainGroup = "inference-explain";

    /// <summary>The consumer group of <see cref="Topics.Tokenize"/>.</summary>
    public const string TokenizeGroup = "inference-tokenize";

    private readonly IEventLog _log;
    private readonly PipelineCatalog _pipelines;
    private readonly InferenceOptions _options;
    private readonly TextGuard _guard;
    private readonly SubjectVault _vault;
    private readonly SchemaDecoder _schemas;
    private readonly FaultyRecords _faults;
    private readonly Readiness _readiness;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger<InferenceService> _logger;
    private readonly string _registry;
    private readonly ModelLoader _loader;
    private readonly ModelFollower _follower;
    private readonly ByteBudget _inFlight;
    private readonly ConcurrentDictionary<string, ModelServer> _servers = [];
    private volatile TaskCompletionSource _arrival = NewArrival();

    public InferenceService(
        IEventLog log, PipelineCatalog pipelines, IOptions<InferenceOptions> options, IOptions<ModelsOptions> models,
        TextGuard guard, SubjectVault vault, SchemaDecoder schemas, FaultyRecords faults, Readiness readiness, TimeProvider time, ILoggerFactory loggers)
    {
        (_guard, _vault, _schemas, _faults) = (guard, vault, schemas, faults);
        (_log, _pipelines, _options, _readiness, _time, _loggers) = (log, pipelines, options.Value, readiness, time, loggers);
        _logger = loggers.CreateLogger<InferenceService>();
        _inFlight = new(_options.MaxInFlightBytes);
        _registry = models.Value.Directory;
        _loader = new(models.Value.Directory, models.Value.Packages, _options.Devices);
        _follower = new(
            log, target => _loader.Load(target, HeadsOf(target.Model)), _loader
                .Stamp, new(log, pipelines, readiness, time, loggers.CreateLogger<ModelRefusals>()),
            _options.RetryDelay, faults, time, loggers.CreateLogger<ModelFollower>());
    }

    /// <exception cref="ConfigurationException">A pipeline's model ships but cannot serve it.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await StartServersAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(
                _follower.FollowAsync(_servers, stoppingToken, Begin),
                ReadInputsAsync(stoppingToken),
                Loop(InteractiveGroup, [Topics.Interactive], Lane.Interactive).RunAsync(stoppingToken),
                new TokenLoop(
                    _log,
                    TokenizeGroup,
                    _pipelines,
                    _servers,
                    _guard,
                    _faults,
                    _options,
                    _time,
                    _loggers.CreateLogger<TokenLoop>()).RunAsync(stoppingToken),
                // One record a read: its answer goes out when it is there, and does not wait for the explanations behind it.
                Loop(ExplainGroup, [Topics.Explain], Lane.Interactive, new(_servers, _time), readSize: 1).RunAsync(stoppingToken));
        }
        finally
        {
            foreach (var server in _servers.Values)
                await Task.Run(server.Dispose, CancellationToken.None);
        }
    }

    /// <summary>
    /// Reads the inputs of the pipelines whose model is there, and joins again when one arrives: nobody waits for another pipeline's model.
    /// </summary>
    private async Task ReadInputsAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var arrival = _arrival.Task;
            using var changed = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            string[] topics = [.. _pipelines.All.Where(p => _servers.ContainsKey(p.Model)).SelectMany(static p => p.Inputs).Distinct()];
            var reading = topics.Length > 0
                ? Loop(BulkGroup, topics, Lane.Bulk).RunAsync(changed.Token)
                : Task.Delay(Timeout.Infinite, changed.Token);
            await Task.WhenAny(reading, arrival);
            await changed.CancelAsync();
            await reading.ConfigureAwait(topics.Length > 0 ? ConfigureAwaitOptions.None : ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StartServersAsync(CancellationToken cancellation)
    {
        _readiness.Waiting("model", "loading");
        var targets = await _follower.ReadTargetsAsync(cancellation);
        foreach (var name in _pipelines.All.Select(static p => p.Model).Distinct())
        {
            if (await Task.Run(() => First(name, targets.GetValueOrDefault(name, [])), cancellation) is { } model)
                Start(name, model);
            else
                Await(name);
        }

        _readiness.Ready("model", $"{_servers.Count} loaded");
    }

    private void Start(string name, ServedModel model)
    {
        CheckNames(name, model);
        _servers[name] = new(name, model, _options, _time, _readiness, _loggers.CreateLogger<ModelServer>());
        _logger.LogInformation(
            "The model {Model} serves {Version} with the heads {Heads}",
            name,
            model.Version,
            string.Join(", ", model.Heads));
    }

    private void Await(string name)
    {
        var waiting = string.Join(", ", _pipelines.All.Where(p => p.Model == name).Select(static p => p.Name));
        _readiness.Waiting(
            ModelServer.PartOf(name),
            $"no version of this model is here yet; the texts of {waiting} wait in the log. Take one in with 'streambert models import DIR --name {name}' (registry {_registry})");
        _logger.LogWarning(
            "No version of the model {Model} can serve yet; the texts of {Pipelines} wait in the log until one is imported or promoted",
            name,
            waiting);
    }

    /// <summary>Starts a model that pipelines wait for.</summary>
    private bool Begin(ModelTarget target, ServedModel model)
    {
        try
        {
            if (_pipelines.All.All(p => p.Model != target.Model))
            {
                model.Unload();
                return false;
            }
            Start(target.Model, model);
            Interlocked.Exchange(ref _arrival, NewArrival()).SetResult();
            return true;
        }
        catch (ConfigurationException e)
        {
            model.Unload();
            _logger.LogError("The model {Version} cannot serve: {Reason}", target.Version, e.Message);
            return false;
        }
    }

    private static TaskCompletionSource NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <exception cref="ConfigurationException">A pipeline is to redact names, but none of its heads names persons.</exception>
    private void CheckNames(string name, ServedModel model)
    {
        foreach (var pipeline in _pipelines.All
            .Where(p => p.Model == name && _guard.RedactorOf(p.Name).RedactsNames && !p.Heads.Intersect(model.EntityHeads).Any()))
        {
            throw new ConfigurationException(
                $"The pipeline '{pipeline.Name}' is to redact names (Privacy:Redact), which a head that names entities finds; {model.Version} has {(model.EntityHeads.Count == 0 ? "none" : string.Join(", ", model.EntityHeads))} and the pipeline's Heads are {string.Join(", ", pipeline.Heads)}. Add such a head to Heads, or leave 'name' out.");
        }
    }

    /// <summary>The version that is to serve from the start, or the last good one before it; null where there is none yet.</summary>
    private ServedModel? First(string name, IReadOnlyList<ModelTarget> targets)
    {
        try
        {
            return _follower.FirstOf(targets, () => _loader.Ships(name) ? _loader.LoadShipped(name, HeadsOf(name)) : null);
        }
        catch (ModelPackageException e)
        {
            throw new ConfigurationException(e.Message, e);
        }
    }

    private HashSet<string> HeadsOf(string model) => [.. _pipelines.All.Where(p => p.Model == model).SelectMany(static p => p.Heads)];

    private GroupLoop Loop(
        string group,
        IReadOnlyCollection<string> topics,
        Lane lane,
        Explanations? explanations = null,
        int? readSize = null) => new(
        _log, group, topics, new Intake(
            _pipelines,
            _servers,
            _guard,
            _vault,
            lane,
            _options,
            _time,
            _inFlight,
            _schemas,
            _faults), new Outputs(_guard, _pipelines.Limits, _time, lane, explanations),
        explanations is null ? new(_log, group, topics, _pipelines, _options.ProgressInterval, _time) : null,
        _options, _readiness, _time, _loggers.CreateLogger<GroupLoop>(), readSize);
}
