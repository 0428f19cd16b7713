using System.CommandLine;
using StreamBert.Chaos.Flood;
using StreamBert.Chaos.Plan;

namespace StreamBert.Chaos;

/// <summary>The harness as a command. Its exit code is 0 if no text was lost or duplicated, else 1.</summary>
internal sealed class ChaosCommand
{
    private readonly Option<int> _seed = CreateOption("--seed", "Seed of the fault plan.", 1);
    private readonly Option<int> _kills = CreateOption("--kills", "Number of kills (SIGKILL).", 20);
    private readonly Option<int> _pauses = CreateOption("--pauses", "Number of pauses of up to 5 s (SIGSTOP).", 0);
    private readonly Option<int> _slowDisks =
        CreateOption("--slow-disks", "Number of times that each fsync takes 200 ms for up to 5 s (requires strace).", 0);
    private readonly Option<int> _stateKills =
        CreateOption("--state-kills", "Number of times that the state store is killed and restarted empty (requires redis-server).", 0);
    private readonly Option<int> _brokerRestarts =
        CreateOption("--broker-restarts", "Number of broker restarts (requires --restart-command).", 0);
    private readonly Option<int> _instances = CreateOption("--instances", "Number of processes.", 1);
    private readonly Option<string?> _model =
        new("--model") { Description = "The shipped model that classifies. Default: that of the pipelines." };
    private readonly Option<int> _rate = CreateOption("--rate", "Texts sent per second.", 200);
    private readonly Option<string?> _kafka = CreateOption(
        "--kafka", "Bootstrap servers of a Kafka broker. Default: STREAMBERT_TEST_KAFKA, else the embedded log.", "STREAMBERT_TEST_KAFKA");
    private readonly Option<string?> _restartCommand = CreateOption(
        "--restart-command",
        "Shell command that restarts that broker. Default: STREAMBERT_TEST_KAFKA_RESTART.",
        "STREAMBERT_TEST_KAFKA_RESTART");
    private readonly Option<string?> _directory = new("--directory")
    {
        Description = "Directory of all files, kept after the run. Default: a temporary directory, deleted after a successful run.",
    };

    public static RootCommand Create(TimeProvider time)
    {
        var options = new ChaosCommand();
        var command = new RootCommand(
            "Injects faults into running StreamBert processes according to a seeded plan, then verifies the log. "
            + "The last line of output is the result as JSON; the exit code is 1 if a text was lost or duplicated.")
        {
            options._seed, options._kills, options._pauses, options._slowDisks, options._stateKills, options._brokerRestarts,
            options._instances, options._model, options._rate, options._kafka, options._restartCommand, options._directory,
        };
        command.SetAction((parsed, cancellation) =>
            RunAsync(options.Read(parsed), keepFiles: parsed.GetValue(options._directory) is not null, time, cancellation));
        command.Add(FloodCommand.Create(time));
        return command;
    }

    private ChaosOptions Read(ParseResult parsed) => new()
    {
        Seed = parsed.GetValue(_seed),
        Kills = parsed.GetValue(_kills),
        Pauses = parsed.GetValue(_pauses),
        SlowDisks = parsed.GetValue(_slowDisks),
        StateKills = parsed.GetValue(_stateKills),
        BrokerRestarts = parsed.GetValue(_brokerRestarts),
        Instances = parsed.GetValue(_instances),
        Model = parsed.GetValue(_model),
        Rate = parsed.GetValue(_rate),
        Kafka = parsed.GetValue(_kafka),
        BrokerRestartCommand = parsed.GetValue(_restartCommand),
        Directory = parsed.GetValue(_directory) ?? Directory.CreateTempSubdirectory("streambert-chaos-").FullName,
    };

    private static async Task<int> RunAsync(ChaosOptions options, bool keepFiles, TimeProvider time, CancellationToken cancellation)
    {
        var result = await new ChaosRun(options, Console.Error, time).RunAsync(cancellation);
        await Console.Out.WriteLineAsync(result.ToJson());
        if (result.IsSuccess && !keepFiles)
            Directory.Delete(options.Directory, recursive: true);
        else
            await Console.Error.WriteLineAsync($"All files are in {options.Directory}.");
        return result.IsSuccess ? 0 : 1;
    }

    private static Option<int> CreateOption(string name, string description, int defaultValue) =>
        new(name) { Description = description, DefaultValueFactory = _ => defaultValue };

    /// <param name="variable">The environment variable that holds the default.</param>
    private static Option<string?> CreateOption(string name, string description, string variable) =>
        new(name) { Description = description, DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable) };
}
