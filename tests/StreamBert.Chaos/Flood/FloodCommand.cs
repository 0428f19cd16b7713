using System.CommandLine;

namespace StreamBert.Chaos.Flood;

/// <summary>The command <c>flood</c>: measures how a process handles connections that only occupy resources.</summary>
internal static class FloodCommand
{
    public static Command Create(TimeProvider time)
    {
        var idle = CreateOption("--idle", "Number of connections that send nothing.", 10_500);
        var streams = CreateOption("--streams", "Number of event streams that are not read while texts arrive.", 500);
        var slow = CreateOption("--slow", "Number of requests whose headers or body arrive one byte at a time.", 3_000);
        var addresses = CreateOption("--addresses", "Number of local addresses (127.0.0.2 and up) that the connections come from.", 10);
        var hold = CreateOption("--hold", "How long each flood lasts, in seconds.", 40);
        var command = new Command(
            "flood",
            "Floods a running StreamBert with connections and prints one row per flood: connections, memory, health checks and the time to "
            + "recover. The exit code is 1 if a health check failed.")
        {
            idle, streams, slow, addresses, hold,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var duration = TimeSpan.FromSeconds(parsed.GetValue(hold));
            var options = new FloodOptions(parsed.GetValue(addresses), duration, Math.Max(1, parsed.GetValue(streams)));
            await using var run = await FloodRun.StartAsync(options, time, cancellation);
            (FloodKind, int)[] floods =
            [
                (FloodKind.Idle, parsed.GetValue(idle)),
                (FloodKind.Streams, parsed.GetValue(streams)),
                (FloodKind.Slow, parsed.GetValue(slow)),
            ];
            return await run.RunAsync(floods, cancellation) ? 0 : 1;
        });
        return command;
    }

    private static Option<int> CreateOption(string name, string description, int defaultValue) =>
        new(name) { Description = description, DefaultValueFactory = _ => defaultValue };
}
