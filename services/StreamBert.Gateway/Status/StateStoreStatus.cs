using StreamBert.Contracts;
using StreamBert.Operations.Projection;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Status;

/// <summary>Reads the part of the status that depends on the state store.</summary>
public sealed class StateStoreStatus(StateStore store, StateRebuild rebuild, TimeProvider time)
{
    private const string Consequence = "Texts are still accepted and classified; the stored data is shown again when it is back.";
    private static readonly Dictionary<string, string> NoModels = [];

    /// <summary>Reads the status of the state store within <see cref="StatusReader.Timeout"/>.</summary>
    internal async Task<Result> ReadAsync(bool isLogUnavailable, CancellationToken cancellation)
    {
        var lag = isLogUnavailable ? Task.FromResult<long?>(null) : ReadLagAsync(cancellation);
        try
        {
            var (ping, models, eventTimes) = await QueryAsync(cancellation).WaitAsync(StatusReader.Timeout, time, cancellation);
            var serving = models.Where(static version => version.State == ModelStates.Serving).DistinctBy(static version => version.Model);
            return new(
                new(true, Math.Round(ping.TotalMilliseconds, 3), await lag),
                serving.ToDictionary(static version => version.Model, static version => version.Version), eventTimes, null)
            {
                Rollouts = [.. models.Where(static version => version.State is ModelStates.Shadow or ModelStates.Canary)
                    .Select(static version => version.Rollout).OfType<RolloutChanged>()],
            };
        }
        catch (StateUnavailableException failure)
        {
            return CreateUnavailable($"{failure.Message} {Consequence}");
        }
        catch (TimeoutException)
        {
            return CreateUnavailable($"The state store did not respond in time. {Consequence}");
        }
    }

    private static Result CreateUnavailable(string note) => new(new(false, null), NoModels, [], note);

    /// <returns>Null while the log cannot be reached; the status reports that elsewhere.</returns>
    private async Task<long?> ReadLagAsync(CancellationToken cancellation)
    {
        try
        {
            return await rebuild.ReadLagAsync(cancellation).WaitAsync(StatusReader.Timeout, time, cancellation);
        }
        catch (Exception e) when (e is LogUnavailableException or TimeoutException)
        {
            return null;
        }
    }

    private async Task<(TimeSpan Ping, IReadOnlyList<ModelVersionView> Models, IReadOnlyList<EventTimeUpdated> EventTimes)> QueryAsync(
        CancellationToken cancellation) =>
        (await store.PingAsync(cancellation), await store.ListModelsAsync(cancellation), await store.ListEventTimesAsync(cancellation));

    /// <summary>Holds the status of the state store.</summary>
    /// <param name="View">Whether it responds.</param>
    /// <param name="Models">The serving versions by model.</param>
    /// <param name="EventTimes">The event times by pipeline.</param>
    /// <param name="Note">Why it is unavailable; null if it responds.</param>
    internal sealed record Result(
        StateStoreView View, IReadOnlyDictionary<string, string> Models, IReadOnlyList<EventTimeUpdated> EventTimes, string? Note)
    {
        /// <summary>The rollouts that are under way.</summary>
        public IReadOnlyList<RolloutChanged> Rollouts { get; init; } = [];
    }
}
