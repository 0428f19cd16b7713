using System.Text.Json;
using StreamBert.Chaos.Plan;
using StreamBert.Chaos.Processes;

namespace StreamBert.Chaos;

/// <summary>
/// Runs real processes under a plan of faults while it sends them texts and feedback. When all texts are processed, it verifies the log.
/// </summary>
public sealed class ChaosRun(ChaosOptions options, TextWriter progress, TimeProvider time)
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(0.5);

    /// <exception cref="TimeoutException">No instance became active or acknowledged a text, or texts stayed in flight.</exception>
    public async Task<ChaosResult> RunAsync(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        Directory.CreateDirectory(options.Directory);
        await using var redis = options.StateKills > 0 ? await RedisInstance.StartAsync(options.Directory, cancellation) : null;
        await using var instances = new InstanceGroup(options, redis?.ConnectionString, time);
        await instances.StartAsync();
        using var load = new LoadGenerator(instances, options, time);
        var injector = new FaultInjector(options, instances, load, redis);
        await InjectUnderLoadAsync(injector, load, instances, cancellation);
        await WaitUntilProcessedAsync(instances, cancellation);
        await instances.StopAsync();
        return await EvaluateAsync(load, injector, time.GetElapsedTime(started), cancellation);
    }

    private async Task InjectUnderLoadAsync(
        FaultInjector injector, LoadGenerator load, InstanceGroup instances, CancellationToken cancellation)
    {
        using var stopLoad = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var sending = load.RunAsync(stopLoad.Token);
        var plan = FaultPlan.Generate(options);
        foreach (var (index, fault) in plan.Index())
        {
            await injector.InjectAsync(fault, cancellation);
            if (sending.IsFaulted)
                await sending;
            await progress.WriteLineAsync(
                $"{index + 1}/{plan.Count} {fault.Kind} after {fault.Delay.TotalSeconds:0.00} s; "
                + $"{load.Acknowledged.Count} texts acknowledged");
        }

        await instances.WaitForActiveAsync(cancellation);
        await stopLoad.CancelAsync();
        await sending;
    }

    /// <summary>Waits until no text is in flight.</summary>
    private async Task WaitUntilProcessedAsync(InstanceGroup instances, CancellationToken cancellation)
    {
        using var http = new HttpClient();
        for (var started = time.GetTimestamp();
            time.GetElapsedTime(started) < InstanceGroup.Timeout;
            await Task.Delay(StatusInterval, time, cancellation))
        {
            var instance = await instances.WaitForActiveAsync(cancellation);
            using var status = JsonDocument.Parse(await http.GetStringAsync(new Uri(instance.Address!, "v1/status"), cancellation));
            if (IsProcessed(status.RootElement))
                return;
        }

        throw new TimeoutException(
            $"Texts were still in flight after {InstanceGroup.Timeout.TotalSeconds:0} s; the logs are in {options.Directory}.");
    }

    /// <summary>
    /// Tells whether the ledger is current and nothing is in flight. An instance that has just started, or waits for the broker, has no
    /// ledger or an old one.
    /// </summary>
    private static bool IsProcessed(JsonElement status) => status.TryGetProperty("ledger", out var ledger)
        && status.GetProperty("stale").GetArrayLength() == 0
        && ledger.GetProperty("total").GetProperty("inFlight").GetInt64() == 0;

    private async Task<ChaosResult> EvaluateAsync(
        LoadGenerator load, FaultInjector injector, TimeSpan duration, CancellationToken cancellation)
    {
        var (isVerified, verification) = await VerifyAsync(cancellation);
        var outcomes = await OutcomeCounts.ReadAsync(options, load.Prefix, time, cancellation);
        return new(
            options.Seed,
            FaultPlan.Generate(options).CountBy(static fault => fault.Kind)
                .ToDictionary(static kind => $"{kind.Key}", static kind => kind.Value),
            load.Acknowledged.Count,
            load.Unacknowledged,
            outcomes.CountLost(load.Acknowledged),
            outcomes.Duplicated,
            outcomes.TrainingRuns,
            injector.Skipped,
            verification,
            isVerified,
            duration.TotalSeconds);
    }

    /// <summary>Runs <c>streambert verify</c> and reports its findings as progress.</summary>
    private async Task<(bool IsVerified, JsonElement Summary)> VerifyAsync(CancellationToken cancellation)
    {
        string[] source = options.Kafka is { } servers
            ? ["--kafka", servers]
            : ["--data", StreamBertInstance.GetDataDirectory(options)];
        var (code, output) = await ChildProcess.RunAsync(BuiltProgram.StreamBert, ["verify", "--json", .. source], cancellation);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var finding in lines.SkipLast(1))
            await progress.WriteLineAsync($"verify: {finding}");
        return (code == 0, JsonDocument.Parse(lines[^1]).RootElement);
    }
}
