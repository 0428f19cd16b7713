using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Serving;
using StreamBert.Inference.Working;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference;

/// <summary>Texts in, predictions out: loads the models, then runs both consumer groups and follows the promotions.</summary>
public sealed class InferenceService(
    IEventLog log, PipelineCatalog pipelines, IOptions<InferenceOptions> options, IOptions<ModelsOptions> models,
    Readiness readiness, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    /// <summary>The consumer group of the pipelines' input topics.</summary>
    public const string BulkGroup = "inference";

    /// <summary>The consumer group of <see cref="Topics.Interactive"/>.</summary>
    public const string InteractiveGroup = "inference-interactive";

    private readonly InferenceOptions _options = options.Value;
    private readonly ModelLoader _loader = new(models.Value.Directory, Path.Combine(AppContext.BaseDirectory, "models"));
    private readonly ILogger<InferenceService> _logger = loggers.CreateLogger<InferenceService>();
    private readonly Dictionary<string, ModelServer> _servers = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var follower = new ModelFollower(log, target => _loader.Load(target, HeadsOf(target.Model)), _options.RetryDelay, time, loggers.CreateLogger<ModelFollower>());
        try
        {
            await StartServersAsync(follower, stoppingToken);
            await Task.WhenAll(
                follower.FollowAsync(_servers, stoppingToken),
                Loop(BulkGroup, [.. pipelines.All.SelectMany(static p => p.Inputs).Distinct()], Lane.Bulk).RunAsync(stoppingToken),
                Loop(InteractiveGroup, [Topics.Interactive], Lane.Interactive).RunAsync(stoppingToken));
        }
        finally
        {
            foreach (var server in _servers.Values)
                await Task.Run(server.Dispose, CancellationToken.None);
        }
    }

    private async Task StartServersAsync(ModelFollower follower, CancellationToken cancellation)
    {
        readiness.Waiting("model", "loading");
        var targets = await follower.ReadTargetsAsync(cancellation);
        foreach (var name in pipelines.All.Select(static p => p.Model).Distinct())
        {
            var model = await Task.Run(() => First(follower, name, targets.GetValueOrDefault(name)), cancellation);
            _servers[name] = new(name, model, _options, time, readiness, loggers.CreateLogger<ModelServer>());
            _logger.LogInformation("The model {Model} serves {Version} with the heads {Heads}", name, model.Version, string.Join(", ", model.Heads));
        }
        readiness.Ready("model", $"{_servers.Count} loaded");
    }

    private ServedModel First(ModelFollower follower, string name, ModelTarget? target) =>
        (target is null ? null : follower.TryLoad(target)) ?? _loader.LoadShipped(name, HeadsOf(name));

    private HashSet<string> HeadsOf(string model) => [.. pipelines.All.Where(p => p.Model == model).SelectMany(static p => p.Heads)];

    private GroupLoop Loop(string group, IReadOnlyCollection<string> topics, Lane lane) => new(
        log, group, topics, new Intake(pipelines, _servers, lane, _options, time), new Outputs(time, lane),
        _options, readiness, time, loggers.CreateLogger<GroupLoop>());
}
