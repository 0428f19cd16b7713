using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Serving;

/// <summary>
/// Follows the topic <c>models</c>, the truth about which version serves. A version that cannot be loaded is reported and the one
/// before it keeps serving.
/// </summary>
/// <param name="load">Loads and warms a version; throws if it must not serve.</param>
public sealed class ModelFollower(
    IEventLog log, Func<ModelTarget, ServedModel> load, TimeSpan retryDelay, TimeProvider time, ILogger<ModelFollower> logger)
{
    private readonly Dictionary<int, long> _next = [];

    /// <summary>Reads the topic to its end, as soon as the log can be reached: the last target of each model.</summary>
    public async Task<IReadOnlyDictionary<string, ModelTarget>> ReadTargetsAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await ReadAsync(cancellation);
            }
            catch (LogUnavailableException e)
            {
                logger.LogWarning("The topic {Topic} cannot be read, trying again in {Seconds} s: {Reason}", Topics.Models, retryDelay.TotalSeconds, e.Message);
                await Task.Delay(retryDelay, time, cancellation);
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, ModelTarget>> ReadAsync(CancellationToken cancellation)
    {
        var targets = new Dictionary<string, ModelTarget>();
        await foreach (var record in log.ReadToEndAsync(Topics.Models, null, cancellation))
            if (Next(record) is { } target)
                targets[target.Model] = target;
        return targets;
    }

    /// <summary>The target's model, or null after saying loudly why it cannot serve.</summary>
    public ServedModel? TryLoad(ModelTarget target)
    {
        try
        {
            return load(target);
        }
        catch (Exception e)
        {
            Count(target, "failed");
            logger.LogError(e, "The model {Version} cannot serve: {Reason}", target.Version, e.Message);
            return null;
        }
    }

    /// <summary>From where <see cref="ReadTargetsAsync"/> ended: gives each new target to its server, until cancelled.</summary>
    /// <param name="begin">Takes the first version of a model that has no server yet; null where there is none to wait for.</param>
    public async Task FollowAsync(IReadOnlyDictionary<string, ModelServer> servers, CancellationToken stopping, Action<ModelTarget>? begin = null)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await foreach (var records in log.TailAsync(Topics.Models, _next, stopping))
                    foreach (var record in records)
                        if (Next(record) is { } target)
                            await Task.Run(() => Serve(servers.GetValueOrDefault(target.Model), target, begin), stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                if (e is LogUnavailableException)
                    logger.LogWarning("The topic {Topic} cannot be followed, trying again in {Seconds} s: {Reason}", Topics.Models, retryDelay.TotalSeconds, e.Message);
                else
                    logger.LogError(e, "The topic {Topic} cannot be followed, trying again in {Seconds} s", Topics.Models, retryDelay.TotalSeconds);
                await Task.Delay(retryDelay, time, stopping);
            }
        }
    }

    private void Serve(ModelServer? server, ModelTarget target, Action<ModelTarget>? begin)
    {
        if (server is null)
            begin?.Invoke(target);
        if (server is null || server.Slot.Version == target.Version || TryLoad(target) is not { } model)
            return;
        var before = server.Slot.Version;
        server.Slot.Swap(model);
        server.ReportReady();
        Count(target, "swapped");
        logger.LogInformation("The model {Model} serves {Version} now, after {Before}", target.Model, target.Version, before);
    }

    private ModelTarget? Next(LogRecord record)
    {
        _next[record.Position.Partition] = record.Position.Offset + 1;
        try
        {
            return ModelTarget.From(record);
        }
        catch (System.Text.Json.JsonException e)
        {
            logger.LogError(e, "The record {Position} is no model event; it is passed over", record.Position);
            return null;
        }
    }

    private static void Count(ModelTarget target, string outcome) =>
        InferenceMetrics.Swaps.Add(1, new("model", target.Model), new("outcome", outcome));
}
