using System.CommandLine;
using System.Globalization;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Hosting;
using StreamBert.Gateway.Status;
using StreamBert.Operations.Projection;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Cli.Commands;

/// <summary><c>state rebuild</c>: what the API and the dashboard read, built anew from the log.</summary>
internal static class StateCommand
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Looks without progress after which it is through: on Kafka the last offsets are marks of transactions, which nobody projects.
    /// </summary>
    private const int MostStill = 20;

    public static Command Create() => new("state", "The read side: what the API and the dashboard show.") { Rebuild() };

    private static Command Rebuild()
    {
        var access = new LogAccess();
        var redis = new Option<string?>(
            "--redis")
        { Description = "With --data or --kafka: the state store's connection string; default: the setting Redis:ConnectionString, else the state that 'streambert up' keeps in --data." };
        var command = new Command(
            "rebuild",
            "Clear the state store and project the log into it from the beginning. Texts are taken in and classified meanwhile.") { redis };
        foreach (var option in access.Options)
            command.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            var left = 0L;
            if (access.Builder(parsed) is { } builder)
                await DirectlyAsync(builder, parsed.GetValue(access.Data), parsed.GetValue(redis), cancellation);
            else
                left = await ByApiAsync(access.Client(parsed), cancellation);
            Terminal.Out.WriteLine(left == 0 ? "The read side is rebuilt."
                : $"The read side is rebuilt, but for {left} offsets that have not moved for {MostStill * Poll.TotalSeconds:0} s: on Kafka, marks of transactions; otherwise see 'streambert status'.");
        });
        return command;
    }

    /// <returns>Offsets that stay as they are.</returns>
    private static async Task<long> ByApiAsync(GatewayClient client, CancellationToken cancellation)
    {
        using var closed = client;
        var behind = (await client.PostAsync<StateRebuildStarted>("v1/state/rebuild", new { }, cancellation)).Lag;
        for (var (of, still) = (behind, 0); behind > 0 && still < MostStill;)
        {
            var before = behind;
            await Terminal.Error.WriteLineAsync(Progress("all topics", of - behind, of));
            await Task.Delay(Poll, cancellation);
            var now = (await client.GetAsync<StatusView>("v1/status", cancellation)).StateStore.Lag; // null while the store is away: that is waited for
            (behind, of) = (now ?? behind, Math.Max(of, now ?? behind));
            still = now == before ? still + 1 : 0;
        }
        return behind;
    }

    private static async Task DirectlyAsync(HostApplicationBuilder builder, string? data, string? redis, CancellationToken cancellation)
    {
        redis ??= builder.Configuration["Redis:ConnectionString"];
        await using var own = redis is null && data is not null ? new EmbeddedState(Path.Combine(data, "state")) : null;
        own?.Start();
        builder.Configuration["Redis:ConnectionString"] = redis
            ?? own?.ConnectionString ?? throw new CliException("Say where the state store is: --redis HOST:PORT.");
        builder.AddStateStore();
        using var host = builder.Build();
        await using var log = host.Services.GetRequiredService<IEventLog>();
        var rebuild = ActivatorUtilities.CreateInstance<StateRebuild>(
            host.Services,
            log,
            ActivatorUtilities.CreateInstance<ResilientProjection>(host.Services));
        await log.CreateTopicsAsync([new(Contracts.Topics.Audit, 1)], cancellation);
        await rebuild.ClearAsync(AuditTrail.CommandLineActor, cancellation);
        await rebuild.ProjectAsync(static (topic, done, of) => Terminal.Error.WriteLine(Progress(topic, done, of)), cancellation);
    }

    private static string Progress(string topic, long done, long of)
        => string.Create(CultureInfo.InvariantCulture, $"{topic}: {done:N0} of {of:N0}");
}
