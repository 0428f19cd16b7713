using StreamBert.Cli.Errors;
using StreamBert.Contracts;
using StreamBert.Gateway.ModelRequests;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting.Engines;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Training;
using StreamBert.Training.Registry;
using StreamBert.Training.Requests;
using StreamBert.Training.Rollout;

namespace StreamBert.Cli.Commands.Models;

/// <summary>
/// Decides on a request about a model without a Gateway. In the embedded log of a stopped <c>up</c> it is decided at once, except training,
/// which the next <c>up</c> starts; on Kafka, where a trainer may be running, it is appended for the trainer to decide.
/// </summary>
internal sealed class DirectModelRequest(IEventLog log, PipelineCatalog pipelines, ModelRegistry registry)
{
    /// <exception cref="CliException">The request is refused.</exception>
    public async Task<ModelRequestResult> RunAsync<T>(T request, IServiceProvider services, CancellationToken cancellation)
        where T : IModelRequest
    {
        var history = await ModelHistory.ReadAsync(log, request.Model, cancellation);
        await registry.PrepareAsync(request, history, cancellation);
        var promoter = new ModelPromoter(log, registry.Packages, TimeProvider.System);
        var configuration = services.GetRequiredService<IConfiguration>();
        var options = configuration.GetSection(TrainingOptions.Section).Get<TrainingOptions>() ?? new();
        var rollouts = new RolloutRecords(options.Rollout, TimeProvider.System);
        var decision = new ModelRequestHandler(pipelines, registry.Packages, promoter, rollouts, TimeProvider.System)
            .Decide(request, null, history, await LogEnds.ReadAsync(log, cancellation));
        if (decision.Refusal is { } refusal)
            throw new CliException(refusal.Detail);
        var isKafka = EventLogFactory.ResolveEngine(configuration) == EventLogOptions.Kafka;
        return decision.Outcome is null || isKafka
            ? await AppendAsync(request, isKafka, cancellation)
            : ModelRequestResult.Of(decision.Outcome, (await log.AppendAsync(decision.Records, cancellation, atomic: true))[0])!;
    }

    private async Task<ModelRequestResult> AppendAsync<T>(T request, bool isKafka, CancellationToken cancellation)
        where T : IModelRequest
    {
        var record = EventRecord.Create(Topics.Feedback, request, request.OccurredAt);
        var positions = await log.AppendAsync([record], cancellation);
        return ModelRequestResult.Create(request.Model, positions[0], ModelRequestResult.Undecided) with
        {
            Detail = isKafka ? "The trainer decides; see the topic models." : "The run starts with the next 'streambert up'.",
        };
    }
}
