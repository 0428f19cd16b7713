using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Inference.Serving;

/// <summary>
/// Follows the topic <c>models</c>, the truth about which version serves. A version that cannot be loaded is reported and the one
/// before it keeps serving; it is tried again when its files change, and every minute.
/// </summary>
/// <param name="load">Loads and warms a version; throws if it must not serve.</param>
/// <param name="stamp">Changes when the files of a version do.</param>
public sealed class ModelFollower(
    IEventLog log, Func<ModelTarget, ServedModel> load, Func<ModelTarget, string> stamp, ModelRefusals refusals, TimeSpan retryDelay, FaultyRecords faults, TimeProvider time, ILogger<ModelFollower> logger)
{
    internal static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TryAgain = TimeSpan.FromMinutes(1);

    private readonly Dictionary<int, long> _next = [];
    private readonly Dictionary<string, ModelTarget> _promoted = [];
    private readonly ConcurrentDictionary<string, (string Stamp, long At)> _tried = [];
    private readonly Lock _serving = new();

    /// <summary>
    /// Reads the topic to its end, as soon as the log can be reached: the targets of each model in the order in which they were set, the
    /// one that is to serve last.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<ModelTarget>>> ReadTargetsAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await ReadAsync(cancellation);
            }
            catch (LogUnavailableException e)
            {
                logger.LogWarning(
                    "The topic {Topic} cannot be read, trying again in {Seconds} s: {Reason}",
                    Topics.Models,
                    retryDelay.TotalSeconds,
                    e.Message);
                await Task.Delay(retryDelay, time, cancellation);
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<ModelTarget>>> ReadAsync(CancellationToken cancellation)
    {
        var targets = new List<ModelTarget>();
        await foreach (var record in log.ReadToEndAsync(Topics.Models, null, cancellation))
        {
            if (Next(record) is { } target)
                targets.Add(target);
        }

        return targets.GroupBy(static target => target.Model)
            .ToDictionary(static model => model.Key, static model => (IReadOnlyList<ModelTarget>)[.. model]);
    }

    /// <summary>The last of the targets that can be loaded; where it is not the last of all, that one is refused, loudly.</summary>
    /// <param name="otherwise">What serves if none can be loaded; null: nothing.</param>
    public ServedModel? FirstOf(IReadOnlyList<ModelTarget> targets, Func<ServedModel?> otherwise)
    {
        string? reason = null;
        foreach (var target in targets.Reverse().DistinctBy(static target => target.Version))
        {
            if (TryLoad(target, out var why) is { } model)
                return Report(model);
            else
                reason ??= why;
        }

        return Report(otherwise());

        ServedModel? Report(ServedModel? model)
        {
            if (reason is not null)
                refusals.Refuse(targets[^1], reason, model?.Version);
            else if (targets.Count > 0)
                refusals.Accept(targets[^1]);
            return model;
        }
    }

    /// <summary>The target's model, or null after saying loudly why it cannot serve.</summary>
    private ServedModel? TryLoad(ModelTarget target, out string? reason)
    {
        _tried[target.Model] = (stamp(target), time.GetTimestamp());
        try
        {
            reason = null;
            return load(target);
        }
        catch (Exception e)
        {
            Count(target, "failed");
            logger.LogError(e, "The model {Version} cannot serve: {Reason}", target.Version, e.Message);
            reason = e.Message;
            return null;
        }
    }

    /// <summary>
    /// From where <see cref="ReadTargetsAsync"/> ended: gives each new target to its server, and refused ones when they are repaired, until
    /// cancelled.
    /// </summary>
    /// <param name="begin">Starts a server of a model that has none yet, with its first version; false: it must not. Null where there is
    /// none to wait for.</param>
    public Task FollowAsync(
        IReadOnlyDictionary<string, ModelServer> servers,
        CancellationToken stopping,
        Func<ModelTarget, ServedModel, bool>? begin = null) =>
        Task.WhenAll(FollowTopicAsync(servers, begin, stopping), WatchRefusedAsync(servers, begin, stopping));

    private async Task FollowTopicAsync(
        IReadOnlyDictionary<string, ModelServer> servers,
        Func<ModelTarget, ServedModel, bool>? begin,
        CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await foreach (var records in log.TailAsync(Topics.Models, _next, stopping))
                {
                    foreach (var record in records)
                    {
                        if (Next(record) is { } target)
                            await ServeAsync(servers, target, begin, stopping);
                    }
                }
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                if (e is LogUnavailableException)
                {
                    logger.LogWarning(
                        "The topic {Topic} cannot be followed, trying again in {Seconds} s: {Reason}",
                        Topics.Models,
                        retryDelay.TotalSeconds,
                        e.Message);
                }
                else
                {
                    logger.LogError(
                        e,
                        "The topic {Topic} cannot be followed, trying again in {Seconds} s",
                        Topics.Models,
                        retryDelay.TotalSeconds);
                }

                await Task.Delay(retryDelay, time, stopping);
            }
        }
    }

    private async Task WatchRefusedAsync(
        IReadOnlyDictionary<string, ModelServer> servers,
        Func<ModelTarget, ServedModel, bool>? begin,
        CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            foreach (var target in refusals.Targets.Where(IsWorthATry))
                await ServeAsync(servers, target, begin, stopping);
            await refusals.TellAsync(stopping);
            await Task.Delay(LookAgain, time, stopping);
        }
    }

    /// <summary>Its files are not those that were tried last, or the last try was long ago.</summary>
    private bool IsWorthATry(ModelTarget target) =>
        !_tried.TryGetValue(target.Model, out var tried) || tried.Stamp != stamp(target) || time.GetElapsedTime(tried.At) >= TryAgain;

    private async Task ServeAsync(
        IReadOnlyDictionary<string, ModelServer> servers,
        ModelTarget target,
        Func<ModelTarget, ServedModel, bool>? begin,
        CancellationToken stopping)
    {
        await Task.Run(
            () =>
            {
                lock (_serving)
                    Serve(servers.GetValueOrDefault(target.Model), target, begin);
            },
            stopping);
        await refusals.TellAsync(stopping);
    }

    private void Serve(ModelServer? server, ModelTarget target, Func<ModelTarget, ServedModel, bool>? begin)
    {
        if (server is null && begin is null)
            return;
        if (server?.Slot.Version == target.Version)
            refusals.Accept(target);
        else if (TryLoad(target, out var reason) is not { } model)
            refusals.Refuse(target, reason!, server?.Slot.Version);
        else if (server is null ? begin!(target, model) : Swap(server, target, model))
            refusals.Accept(target);
    }

    private bool Swap(ModelServer server, ModelTarget target, ServedModel model)
    {
        var before = server.Slot.Version;
        server.Slot.Swap(model);
        server.ReportReady();
        Count(target, "swapped");
        logger.LogInformation("The model {Model} serves {Version} now, after {Before}", target.Model, target.Version, before);
        return true;
    }

    private ModelTarget? Next(LogRecord record)
    {
        _next[record.Position.Partition] = record.Position.Offset + 1;
        var logged = LoggedEvent.Read(record, time.GetUtcNow());
        if (logged.Fault is { } fault)
            faults.Report("models", record.Position, fault, "It is passed over; what serves goes on serving.");
        refusals.Observe(logged.Event);
        return Complete(ModelTarget.Of(logged.Event));
    }

    /// <summary>A roll-back names a version without checksums: those of its promotion hold.</summary>
    private ModelTarget? Complete(ModelTarget? target)
    {
        if (target is null)
            return null;
        var key = $"{target.Model}/{target.Version}";
        if (target.Sha256 is not null)
            return _promoted[key] = target;
        return _promoted.TryGetValue(key, out var promoted) && promoted.Directory == target.Directory ? promoted : target;
    }

    private static void Count(ModelTarget target, string outcome) =>
        InferenceMetrics.Swaps.Add(1, new("model", target.Model), new("outcome", outcome));
}
