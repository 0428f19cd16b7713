using System.CommandLine;
using StreamBert.Chaos.Flood;

namespace StreamBert.Chaos;

/// <summary>The harness as a command: exit code 0 if nothing was lost or doubled, 1 if something was.</summary>
public static class Program
{
    public static Task<int> Main(string[] args)
    {
        var seed = new Option<int>("--seed") { Description = "Draws the plan.", DefaultValueFactory = static _ => 1 };
        var kills = new Option<int>("--kills")
        {
            Description = "Times a process is killed (SIGKILL).",
            DefaultValueFactory = static _ => 20
        };
        var pauses = new Option<int>("--pauses") { Description = "Times a process is stopped for up to 5 s (SIGSTOP)." };
        var slow = new Option<int>("--slow-disks") { Description = "Times each fsync takes 200 ms for up to 5 s (needs strace)." };
        var state = new Option<int>("--state-kills")
        {
            Description = "Times the state store dies and comes back empty (needs redis-server)."
        };
        var restarts = new Option<int>("--broker-restarts") { Description = "Times the broker is restarted; needs --restart-command." };
        var instances = new Option<int>("--instances") { Description = "Processes at once.", DefaultValueFactory = static _ => 1 };
        var rate = new Option<int>("--rate") { Description = "Texts sent a second.", DefaultValueFactory = static _ => 200 };
        var kafka = new Option<string?>("--kafka")
        {
            Description = "Bootstrap servers of a real Kafka; default: STREAMBERT_TEST_KAFKA, else the embedded log.",
            DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("STREAMBERT_TEST_KAFKA")
        };
        var restart = new Option<string?>("--restart-command")
        {
            Description = "Shell command that restarts that Kafka; default: STREAMBERT_TEST_KAFKA_RESTART.",
            DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("STREAMBERT_TEST_KAFKA_RESTART")
        };
        var directory = new Option<string?>("--directory")
        {
            Description = "Keeps everything there; default: a temporary directory, deleted if nothing was lost."
        };
        var command = new RootCommand("Kills, stops and starves a working StreamBert by a seeded plan, then audits its log. Prints a JSON line last; exit code 1 if a text was lost or came out twice.")
        {
            seed, kills, pauses, slow, state, restarts, instances, rate, kafka, restart, directory,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            new()
            {
                Seed = parsed.GetValue(seed),
                Kills = parsed.GetValue(kills),
                Pauses = parsed.GetValue(pauses),
                SlowDisks = parsed.GetValue(slow),
                StateKills = parsed.GetValue(state),
                BrokerRestarts = parsed.GetValue(restarts),
                Instances = parsed.GetValue(instances),
                Rate = parsed.GetValue(rate),
                Kafka = parsed.GetValue(kafka),
                BrokerRestart = parsed.GetValue(restart),
                Directory = parsed.GetValue(directory) ?? Directory.CreateTempSubdirectory("streambert-chaos-").FullName,
            },
            keep: parsed.GetValue(directory) is not null, cancellation));
        command.Add(FloodCommand.Create());
        return command.Parse(args).InvokeAsync();
    }

    private static async Task<int> RunAsync(ChaosOptions options, bool keep, CancellationToken cancellation)
    {
        var result = await new ChaosRun(options, Console.Error).RunAsync(cancellation);
        await Console.Out.WriteLineAsync(result.ToJson());
        if (result.IsSound && !keep)
            Directory.Delete(options.Directory, recursive: true);
        else
            await Console.Error.WriteLineAsync($"Everything is kept in {options.Directory}.");
        return result.IsSound ? 0 : 1;
    }
}
