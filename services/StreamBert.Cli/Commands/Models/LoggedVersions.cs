using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State.Queries;
using StreamBert.Training.Registry;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Reads the versions of a model from the log of a stopped <c>up</c>, which has no state store.</summary>
internal static class LoggedVersions
{
    /// <summary>Returns the versions, the latest first. The numbers of predictions are not counted.</summary>
    public static async Task<IReadOnlyList<ModelVersionView>> ReadAsync(
        IEventLog log, ModelDirectory registry, string model, CancellationToken cancellation)
    {
        var history = await ModelHistory.ReadAsync(log, model, cancellation);
        var serving = registry.FindServing(model, history)?.Version;
        var served = history.Served.Select(static version => version.Version).ToHashSet();
        var versions = history.Trained.Select(static trained => trained.Version).Concat(served).Concat(history.Rollouts.Keys)
            .Append(serving).OfType<string>().Distinct();
        return [.. versions.Reverse().Select(version => View(model, version, serving, served, history))];
    }

    private static ModelVersionView View(string model, string version, string? serving, HashSet<string> served, ModelHistory history)
    {
        var trained = history.Trained.LastOrDefault(trained => trained.Version == version);
        return new()
        {
            Model = model,
            Version = version,
            State = version == serving ? ModelStates.Serving
                : history.Rollout?.Version == version ? history.Rollout.Stage
                : served.Contains(version) ? ModelStates.Retired
                : history.Rollouts.GetValueOrDefault(version) is { Stage: RolloutStages.RolledBack } ? ModelStates.RolledBack
                : trained is null or { TrainingSeconds: 0 } ? ModelStates.Retired
                : trained.Accepted ? ModelStates.Accepted : ModelStates.Rejected,
            Predictions = 0,
            Reports = trained?.Candidate ?? [],
            Trained = trained,
            Rollout = history.Rollouts.GetValueOrDefault(version),
            Pin = history.Pins.GetValueOrDefault(version),
        };
    }
}
