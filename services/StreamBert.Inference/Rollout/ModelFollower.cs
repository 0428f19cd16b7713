using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Serving;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Inference.Rollout;

/// <summary>
/// Follows the topic <c>models</c>, which determines the serving versions. A version that cannot be loaded is refused and the previous
/// version continues to serve; loading is retried when the files of the refused version change, and every minute.
/// </summary>
/// <param name="load">Loads and warms up a version; throws if it must not serve.</param>
/// <param name="fileSignature">Returns a string that changes when the files of a version change.</param>
/// <param name="downloads">Downloads the versions that this machine lacks.</param>
internal sealed class ModelFollower(
    ModelTargetReader targets, Func<ModelTarget, ServedModel> load, Func<ModelTarget, string> fileSignature,
    VersionDownloads downloads, RefusedVersions refused, TimeSpan retryDelay, Supervisor supervisor, TimeProvider time,
    ILogger<ModelFollower> logger)
{
    internal static readonly TimeSpan RefusedCheckInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LoadRetryInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (string FileSignature, long At)> _attempts = [];
    private readonly Lock _servingLock = new();

    /// <summary>
    /// Reads the targets of each model as soon as the log is available, in the order of their records; the last one is to serve.
    /// </summary>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<ModelTarget>>> ReadTargetsAsync(CancellationToken cancellation) =>
        supervisor.RunOnceAsync(
            SupervisedTask.WithDelay("Reading the model versions", retryDelay) with
            {
                IsRetryable = static error => error is LogUnavailableException,
            },
            targets.ReadToEndAsync, cancellation);

    /// <summary>
    /// Downloads what <see cref="LoadInitial"/> and <see cref="LoadCandidate"/> load: the newest target that can be downloaded, and the
    /// candidate.
    /// </summary>
    public async Task FetchInitialAsync(IReadOnlyList<ModelTarget> modelTargets, CancellationToken cancellation)
    {
        if (modelTargets is [.., { IsCandidate: true } candidate])
            await downloads.FetchAsync(candidate, cancellation);
        foreach (var target in modelTargets.Where(static target => target.IsToServe).Reverse().DistinctBy(static target => target.Version))
        {
            if (await downloads.FetchAsync(target, cancellation))
                return;
        }
    }

    /// <summary>Loads the newest of the targets that can be loaded; if that is not the last one, the last one is refused.</summary>
    /// <param name="loadShipped">Loads the version that serves if none of the targets can be loaded; returns null if there is none.</param>
    public ServedModel? LoadInitial(IReadOnlyList<ModelTarget> modelTargets, Func<ServedModel?> loadShipped)
    {
        string? reason = null;
        ServedModel? model = null;
        modelTargets = [.. modelTargets.Where(static target => target.IsToServe)];
        foreach (var target in modelTargets.Reverse().DistinctBy(static target => target.Version))
        {
            model = TryLoad(target, out var error);
            if (model is not null)
                break;
            reason ??= error;
        }
        model ??= loadShipped();
        if (reason is not null)
            refused.Refuse(modelTargets[^1], reason, model?.Version);
        else if (modelTargets.Count > 0)
            refused.Accept(modelTargets[^1]);
        return model;
    }

    /// <summary>Loads the candidate of a rollout that is under way when the process starts.</summary>
    public void LoadCandidate(ModelServer server, IReadOnlyList<ModelTarget> modelTargets)
    {
        if (modelTargets is [.., { IsCandidate: true } candidate])
            ServeCandidate(server, candidate);
    }

    /// <summary>
    /// Swaps in each new target, and each refused version once it can be loaded, until cancelled. Call <see cref="ReadTargetsAsync"/>
    /// first.
    /// </summary>
    /// <param name="startServer">
    /// Starts the server of a model that has none, with its first version; returns false if the version must not serve. Null where every
    /// model has a server.
    /// </param>
    public Task FollowAsync(
        IReadOnlyDictionary<string, ModelServer> servers, CancellationToken stopping,
        Func<ModelTarget, ServedModel, bool>? startServer = null) =>
        Task.WhenAll(
            supervisor.RunAsync(
                SupervisedTask.WithDelay("Following the model versions", retryDelay),
                cancellation => FollowTopicAsync(servers, startServer, cancellation), stopping),
            supervisor.RunPeriodicallyAsync(
                SupervisedTask.WithDelay("Loading refused model versions", retryDelay), RefusedCheckInterval,
                cancellation => RetryRefusedAsync(servers, startServer, cancellation), stopping));

    private async Task FollowTopicAsync(
        IReadOnlyDictionary<string, ModelServer> servers, Func<ModelTarget, ServedModel, bool>? startServer, CancellationToken stopping)
    {
        await foreach (var target in targets.TailAsync(stopping))
            await ServeAsync(servers, target, startServer, stopping);
    }

    private async Task RetryRefusedAsync(
        IReadOnlyDictionary<string, ModelServer> servers, Func<ModelTarget, ServedModel, bool>? startServer, CancellationToken stopping)
    {
        foreach (var target in refused.Targets.Where(IsRetryDue))
            await ServeAsync(servers, target, startServer, stopping);
        await refused.PublishAsync(stopping);
    }

    /// <summary>Whether the files have changed since the last attempt, or the last attempt is long ago.</summary>
    private bool IsRetryDue(ModelTarget target) =>
        !_attempts.TryGetValue(target.Model, out var attempt) || attempt.FileSignature != fileSignature(target)
        || time.GetElapsedTime(attempt.At) >= downloads.GetRetryDelay(target, RefusedCheckInterval, LoadRetryInterval);

    private async Task ServeAsync(
        IReadOnlyDictionary<string, ModelServer> servers, ModelTarget target, Func<ModelTarget, ServedModel, bool>? startServer,
        CancellationToken stopping)
    {
        if (target.IsToServe || target.IsCandidate)
            await downloads.FetchAsync(target, stopping);
        await Task.Run(
            () =>
            {
                lock (_servingLock)
                    Serve(servers.GetValueOrDefault(target.Model), target, startServer);
            },
            stopping);
        await refused.PublishAsync(stopping);
    }

    private void Serve(ModelServer? server, ModelTarget target, Func<ModelTarget, ServedModel, bool>? startServer)
    {
        if (!target.IsToServe)
        {
            if (server is not null && target.IsCandidate)
                ServeCandidate(server, target);
            else if (server is not null)
                EndRollout(server, target);
            return;
        }
        if (server is null && startServer is null)
            return;
        ServeChampion(server, target, startServer);
        server?.SetCandidate(null);
    }

    private void ServeChampion(ModelServer? server, ModelTarget target, Func<ModelTarget, ServedModel, bool>? startServer)
    {
        var isLoaded = server?.Slot.Version == target.Version
            || (server?.Candidate is { } candidate && candidate.Version == target.Version && Swap(server, target, candidate.AddOwner()));
        if (isLoaded)
            refused.Accept(target);
        else if (TryLoad(target, out var error) is not { } model)
            refused.Refuse(target, error, server?.Slot.Version);
        else if (server is null ? startServer?.Invoke(target, model) == true : Swap(server, target, model))
            refused.Accept(target);
    }

    /// <summary>Loads a candidate, unless it is loaded. One that cannot be loaded is refused, and the trainer ends its rollout.</summary>
    private void ServeCandidate(ModelServer server, ModelTarget target)
    {
        var error = "";
        var model = server.Candidate is { } current && current.Version == target.Version ? current.AddOwner() : TryLoad(target, out error);
        if (model is null)
        {
            refused.Refuse(target, error, server.Slot.Version);
            return;
        }
        server.SetCandidate(new(model, target));
        AcceptCandidate(server, target);
        logger.LogInformation(
            "Model {Model} serves {Version}; {Candidate}", target.Model, server.Slot.Version, server.Candidate?.Description);
    }

    private void EndRollout(ModelServer server, ModelTarget target)
    {
        server.SetCandidate(null);
        AcceptCandidate(server, target);
        logger.LogInformation(
            "The rollout of {Version} is {Stage}; model {Model} serves {Serving}",
            target.Version, target.Stage, target.Model, server.Slot.Version);
    }

    /// <summary>Ends the refusal of a candidate: the serving version serves as it should.</summary>
    private void AcceptCandidate(ModelServer server, ModelTarget target)
    {
        if (refused.Targets.Any(other => other.Model == target.Model && other.Version == target.Version))
            refused.Accept(target with { Version = server.Slot.Version });
    }

    /// <summary>Returns the model of the target, or null with the reason why it cannot be loaded.</summary>
    private ServedModel? TryLoad(ModelTarget target, out string error)
    {
        _attempts[target.Model] = (fileSignature(target), time.GetTimestamp());
        try
        {
            error = "";
            downloads.ThrowIfFailed(target);
            return load(target);
        }
        catch (Exception e)
        {
            CountSwap(target, "failed");
            logger.LogError( // the stack trace of an unavailable dependency tells nothing
                e is DependencyUnavailableException ? null : e, "Model version {Version} is refused because it cannot be loaded: {Reason}",
                target.Version, e.Message);
            error = e.Message;
            return null;
        }
    }

    private bool Swap(ModelServer server, ModelTarget target, ServedModel model)
    {
        var previous = server.Slot.Version;
        server.Slot.Swap(model);
        server.ReportReady();
        CountSwap(target, "swapped");
        logger.LogInformation(
            "Model {Model} now serves {Version} in {Precision}; it served {Previous} before",
            target.Model, target.Version, model.Precision, previous);
        return true;
    }

    private static void CountSwap(ModelTarget target, string outcome) =>
        InferenceMetrics.Swaps.Add(1, new("model", target.Model), new("outcome", outcome));
}
