using System.CommandLine;
using System.Globalization;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Embedded;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Cli.Settings;
using StreamBert.Contracts;
using StreamBert.Gateway.Status;
using StreamBert.Operations.Projection;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Cli.Commands.Administration;

/// <summary>Defines <c>state rebuild</c>, which rebuilds the state store from the log.</summary>
internal static class StateCommand
{
    private const string RedisSetting = "Redis:ConnectionString";
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The polls without progress after which a rebuild is complete: on Kafka the last offsets are transaction markers, which are not
    /// projected.
    /// </summary>
    private const int MaxUnchangedPolls = 20;

    public static Command Create() => new("state", "Manage the state store, from which the API and the dashboard "
        + "read.") { CreateRebuild() };

    private static Command CreateRebuild()
    {
        var access = new LogAccess();
        var redis = new Option<string?>("--redis")
        {
            Description = $"With --data or --kafka: connection string of the state store. Default: the setting {RedisSetting}, "
                + "or the embedded state store of 'streambert up' in --data.",
        };
        var json = JsonOption.Create();
        var command = new Command("rebuild", "Clear the state store and rebuild it from the log. Texts are still accepted and classified "
            + "meanwhile.") { redis, json };
        access.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var lag = 0L;
            if (access.CreateHostBuilder(parsed) is { } builder)
                await RebuildDirectlyAsync(builder, parsed.GetValue(access.Data), parsed.GetValue(redis), cancellation);
            else
                lag = await RebuildByApiAsync(access.CreateClient(parsed), cancellation);
            parsed.Write(json, new { lag }, static rebuilt => Terminal.Out.WriteLine(Describe(rebuilt.lag)));
        });
        return command;
    }

    private static string Describe(long lag) => lag == 0
        ? "The state store is rebuilt."
        : $"The state store is rebuilt except for {lag} offsets, unchanged for {MaxUnchangedPolls * PollInterval.TotalSeconds:0} "
            + "s: on Kafka, these are transaction markers; otherwise see 'streambert status'.";

    /// <returns>The lag that no longer changes.</returns>
    private static async Task<long> RebuildByApiAsync(GatewayClient client, CancellationToken cancellation)
    {
        using var disposable = client;
        var lag = (await client.PostAsync<StateRebuildStarted>("v1/state/rebuild", new { }, cancellation)).Lag;
        for (var (total, unchanged) = (lag, 0); lag > 0 && unchanged < MaxUnchangedPolls;)
        {
            var before = lag;
            await Terminal.Error.WriteLineAsync(FormatProgress("all topics", total - lag, total));
            await Task.Delay(PollInterval, cancellation);
            var status = await client.GetAsync<StatusView>("v1/status", cancellation);
            var current = status.StateStore.Lag; // null while the store is unavailable
            (lag, total) = (current ?? lag, Math.Max(total, current ?? lag));
            unchanged = current == before ? unchanged + 1 : 0;
        }
        return lag;
    }

    private static async Task RebuildDirectlyAsync(
        HostApplicationBuilder builder, string? data, string? redis, CancellationToken cancellation)
    {
        redis ??= builder.Configuration[RedisSetting];
        await using var embedded = redis is null && data is not null
            ? new EmbeddedStateServer(Path.Combine(data, DataDirectory.State))
            : null;
        embedded?.Start();
        builder.Configuration[RedisSetting] = redis ?? embedded?.ConnectionString
            ?? throw new CliException("Give the connection string of the state store: --redis HOST:PORT.");
        builder.AddStateStore();
        using var host = builder.Build();
        await using var log = host.Services.GetRequiredService<IEventLog>();
        var projection = ActivatorUtilities.CreateInstance<ResilientProjection>(host.Services);
        var rebuild = ActivatorUtilities.CreateInstance<StateRebuild>(host.Services, log, projection);
        await log.CreateTopicsAsync([new(Topics.Audit, 1)], cancellation);
        await rebuild.ClearAsync(AuditTrail.CommandLineActor, cancellation);
        await rebuild.ProjectAsync(
            static (topic, done, total) => Terminal.Error.WriteLine(FormatProgress(topic, done, total)), cancellation);
    }

    private static string FormatProgress(string topic, long done, long total) =>
        string.Create(CultureInfo.InvariantCulture, $"{topic}: {done:N0} of {total:N0}");
}
