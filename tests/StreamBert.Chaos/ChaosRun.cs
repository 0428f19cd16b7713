using System.Diagnostics;
using System.Text.Json;

namespace StreamBert.Chaos;

/// <summary>
/// Real processes under a seeded plan of blows, fed all the while; in the end everything is let settle and the log is audited.
/// </summary>
public sealed class ChaosRun(ChaosOptions options, TextWriter progress)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SlowWrite = TimeSpan.FromMilliseconds(200);
    private readonly List<string> _skipped = [];
    private readonly List<Instance> _instances = [];
    private Random _random = new();

    /// <exception cref="TimeoutException">The system did not come back to work, or did not settle.</exception>
    public async Task<ChaosResult> RunAsync(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        Directory.CreateDirectory(options.Directory);
        _random = new Random(options.Seed);
        await using var redis = options.StateKills > 0 ? await RedisProcess.StartAsync(options.Directory, cancellation) : null;
        _instances.AddRange(
            Enumerable.Range(0, options.Instances).Select(number => new Instance(options, number, redis?.ConnectionString)));
        try
        {
            foreach (var instance in _instances)
                await instance.StartAsync();
            using var feeder = new Feeder(_instances, options);
            await StrikeWhileFedAsync(feeder, redis, cancellation);
            await SettleAsync(cancellation);
            foreach (var instance in _instances)
                await instance.Child.StopAsync(Patience);
            return await JudgeAsync(feeder, clock.Elapsed, cancellation);
        }
        finally
        {
            foreach (var instance in _instances)
                await instance.DisposeAsync();
        }
    }

    private async Task StrikeWhileFedAsync(Feeder feeder, RedisProcess? redis, CancellationToken cancellation)
    {
        using var fed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var feeding = feeder.RunAsync(fed.Token);
        var plan = ChaosPlan.Draw(options);
        for (var at = 0; at < plan.Count; at++)
        {
            await StrikeAsync(plan[at], redis, cancellation);
            if (feeding.IsFaulted)
                await feeding;
            await progress.WriteLineAsync($"{at + 1}/{plan.Count} {plan[at].Kind} after {plan[at].After.TotalSeconds:0.00} s; {feeder.Acknowledged.Count} texts acknowledged");
        }
        await AtWorkAsync(cancellation);
        await fed.CancelAsync();
        await feeding;
    }

    private async Task StrikeAsync(Blow blow, RedisProcess? redis, CancellationToken cancellation)
    {
        if (blow.Kind == BlowKind.KillStarting)
            await KillStartingAsync(blow, cancellation);
        var target = await AtWorkAsync(cancellation);
        if (blow.Kind == BlowKind.KillStarting)
            return;
        await Task.Delay(blow.After, cancellation);
        switch (blow.Kind)
        {
            case BlowKind.Kill:
                await target.Child.KillAsync();
                await target.StartAsync();
                break;
            case BlowKind.Pause:
                await target.Child.SignalAsync("STOP");
                await Task.Delay(blow.Lasts, cancellation);
                await target.Child.SignalAsync("CONT");
                break;
            case BlowKind.SlowDisk when !await target.Child.SlowDiskAsync(SlowWrite, blow.Lasts, cancellation):
                _skipped.Add("slow disk: strace is not installed or may not attach");
                break;
            case BlowKind.KillState:
                await redis!.RestartAsync(blow.Lasts, cancellation);
                break;
            case BlowKind.RestartBroker:
                await RestartBrokerAsync(cancellation);
                break;
        }
    }

    private async Task KillStartingAsync(Blow blow, CancellationToken cancellation)
    {
        var target = await AtWorkAsync(cancellation);
        await target.Child.KillAsync();
        await target.StartAsync();
        await Task.Delay(blow.After, cancellation);
        await target.Child.KillAsync();
        await target.StartAsync();
    }

    private async Task RestartBrokerAsync(CancellationToken cancellation)
    {
        var command = options.BrokerRestart
            ?? throw new InvalidOperationException("A plan with broker restarts needs the command that restarts it.");
        var (code, _) = await Child.RunAsync("/bin/sh", ["-c", command], cancellation);
        if (code != 0)
            throw new InvalidOperationException($"'{command}' ended with {code}.");
    }

    /// <summary>One of the instances that are at work, as soon as there is one.</summary>
    private async Task<Instance> AtWorkAsync(CancellationToken cancellation)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(Look, cancellation))
        {
            if (_instances.Find(static instance => instance.EndedByItself) is { } dead)
            {
                throw new InvalidOperationException(
                    $"An instance ended by itself; its log is in {options.Directory}. It is {_instances.IndexOf(dead)}.");
            }

            if (_instances.Where(static instance => instance.Address is not null).ToArray() is { Length: > 0 } working)
                return working[_random.Next(working.Length)];
        }
        throw new TimeoutException($"No instance came to work within {Patience.TotalSeconds:0} s; see {options.Directory}.");
    }

    /// <summary>Waits until nothing is in flight.</summary>
    private async Task SettleAsync(CancellationToken cancellation)
    {
        using var http = new HttpClient();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(TimeSpan.FromSeconds(0.5), cancellation))
        {
            var instance = await AtWorkAsync(cancellation);
            using var status = JsonDocument.Parse(await http.GetStringAsync(new Uri(instance.Address!, "v1/status"), cancellation));
            if (IsSettled(status.RootElement))
                return;
        }
        throw new TimeoutException($"Texts were still in flight after {Patience.TotalSeconds:0} s; see {options.Directory}.");
    }

    /// <summary>
    /// Whether the ledger is of this moment and nothing is in flight; an instance that has just started, or waits for the broker, has none
    /// or an old one.
    /// </summary>
    private static bool IsSettled(JsonElement status) => status.TryGetProperty("ledger", out var ledger)
        && status.GetProperty("stale").GetArrayLength() == 0 && ledger.GetProperty("total").GetProperty("inFlight").GetInt64() == 0;

    private async Task<ChaosResult> JudgeAsync(Feeder feeder, TimeSpan took, CancellationToken cancellation)
    {
        string[] where = options.Kafka is { } servers ? ["--kafka", servers] : ["--data", Instance.DataOf(options)];
        var (code, output) = await Child.RunAsync(BuiltProgram.StreamBert, ["verify", "--json", .. where], cancellation);
        foreach (var finding in output.Split('\n', StringSplitOptions.RemoveEmptyEntries).SkipLast(1))
            await progress.WriteLineAsync($"verify: {finding}");
        var outcomes = await Outcomes.ReadAsync(options, feeder.Prefix, cancellation);
        return new(
            options.Seed, ChaosPlan.Draw(options).CountBy(static blow => blow.Kind)
                .ToDictionary(static kind => $"{kind.Key}", static kind => kind.Value),
            feeder.Acknowledged.Count, feeder.Unknown, outcomes.Lost(feeder.Acknowledged), outcomes.Twice, outcomes.Trained, [.. _skipped
                .Distinct()],
            JsonDocument.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement, code == 0, took.TotalSeconds);
    }
}
