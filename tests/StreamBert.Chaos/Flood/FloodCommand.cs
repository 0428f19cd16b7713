using System.CommandLine;

namespace StreamBert.Chaos.Flood;

/// <summary><c>flood</c>: measures what a process makes of connections that want nothing but to be there.</summary>
internal static class FloodCommand
{
    public static Command Create()
    {
        var idle = new Option<int>("--idle") { Description = "Connections that send nothing.", DefaultValueFactory = static _ => 10_500 };
        var streams = new Option<int>("--streams")
        {
            Description = "Event streams that nobody reads, while texts come in.",
            DefaultValueFactory = static _ => 500
        };
        var slow = new Option<int>("--slow")
        {
            Description = "Requests of which the headers, or the body, come a byte at a time.",
            DefaultValueFactory = static _ => 3_000
        };
        var addresses = new Option<int>("--addresses")
        {
            Description = "Addresses of this machine (127.0.0.2 and so on) that the flood comes from.",
            DefaultValueFactory = static _ => 10
        };
        var hold = new Option<int>("--hold")
        {
            Description = "Seconds for which each flood is kept up.",
            DefaultValueFactory = static _ => 40
        };
        var command = new Command("flood", "Floods a working StreamBert and prints a row for each flood: connections, memory, health checks meanwhile, and how soon all is as before. Exit code 1 if a health check failed.")
        {
            idle, streams, slow, addresses, hold,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = new FloodOptions(
                parsed.GetValue(addresses),
                TimeSpan.FromSeconds(parsed.GetValue(hold)),
                Math.Max(1, parsed.GetValue(streams)));
            await using var run = await FloodRun.StartAsync(options, cancellation);
            return await run.RunAsync([(FloodKind.Idle, parsed.GetValue(idle)), (FloodKind.Streams, parsed.GetValue(
                streams)), (FloodKind.Slow, parsed.GetValue(slow))], cancellation) ? 0 : 1;
        });
        return command;
    }
}

internal sealed record FloodOptions(int Addresses, TimeSpan Hold, int MaxStreams);

internal enum FloodKind
{
    Idle,
    Streams,
    Slow,
}
