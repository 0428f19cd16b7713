using System.CommandLine;
using System.Net;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Files;
using StreamBert.Cli.Hosting;
using StreamBert.Cli.Replay;
using StreamBert.Streaming.Settings;

namespace StreamBert.Cli.Commands;

/// <summary><c>up</c>: everything in one process, fed by the simulator or by a file.</summary>
internal static class UpCommand
{
    private static readonly Option<string> Data = new("--data")
    {
        Description
            = "Directory that keeps the log, the state and the models; its appsettings.json goes over that of the working directory.",
        DefaultValueFactory = static _ => UpOptions.DefaultData,
    };

    private static readonly Option<int> Port = new("--port")
    {
        Description = "Port of the dashboard and the API; 0: any free one.",
        DefaultValueFactory = static _ => 8080,
    };

    private static readonly Option<string> Host = new("--host")
    {
        Description = "Address to listen on; 0.0.0.0 opens it to every network, which needs Gateway:ApiKeys or Gateway:Oidc.",
        DefaultValueFactory = static _ => "127.0.0.1",
    };

    private static readonly Option<bool> Standby = new("--standby")
    {
        Description = "If another process works on the data directory, wait and take over the moment it ends, however it ends.",
    };

    private static readonly Option<bool> NoSimulator = new("--no-simulator") { Description = "Feed nothing: texts come by the API only." };

    private static readonly Option<string?> Replay = new("--replay")
    {
        Description = "Feed this CSV, TSV, JSON or plain text file (also .gz) instead of the simulator."
    };
    private static readonly Option<string?> Pipeline = new("--pipeline") { Description = "The pipeline that a replayed file is fed to." };
    private static readonly Option<string?> Text = new("--text")
    {
        Description = "The file's column that holds the text; default: guessed by its name."
    };
    private static readonly Option<string?> Time = new("--time")
    {
        Description = "The column that holds the event time (docs/read-your-data.md lists what is read); default: now.",
    };

    private static readonly Option<string?> TimeFormat = new(
        "--time-format")
    { Description = "How the times are written, as a .NET format such as dd/MM/yyyy or an epoch unit such as epoch-seconds; default: all forms that cannot be misread." };

    private static readonly Option<string?> Id = new("--id")
    {
        Description = "The column that holds the id; default: made from file, run and row."
    };
    private static readonly Option<string?> Subject = new("--subject")
    {
        Description = "The column that says whom a text is about (use a pseudonym): orders its texts, and is what 'erase' erases."
    };
    private static readonly Option<int> MaxAttributes = new("--max-attributes")
    {
        Description = "Further columns of a row that become attributes of its text; those that the pipeline watches always do.",
        DefaultValueFactory = static _ => AttributeLimits.DefaultCount,
    };

    private static readonly Option<int> MaxAttributeChars = new("--max-attribute-chars")
    {
        Description = "Characters of an attribute; longer values are cut.",
        DefaultValueFactory = static _ => AttributeLimits.DefaultChars,
    };

    private static readonly DialectInput Dialect = new();
    private static readonly Option<bool> Restart = new("--restart")
    {
        Description = "Begin anew at the first row, where an earlier replay of the file was broken off."
    };
    private static readonly Option<string> Rate = new("--rate")
    {
        Description = "Texts a second, or max.",
        DefaultValueFactory = static _ => "max"
    };
    private static readonly Option<bool> Loop = new("--loop") { Description = "Begin again at the end of the file, for ever." };
    private static readonly Option<bool> Once = new("--once")
    {
        Description = "Stop when the file is through and all of it is classified; the figures then stand last on stdout as one JSON line.",
    };

    public static Command Create()
    {
        var command = new Command("up", "Run everything in one process: the services, the dashboard, the API.")
        {
            Data, LogAccess.Config, Port, Host, Standby, NoSimulator, Replay, Pipeline, Text, Time, TimeFormat, Id, Subject, MaxAttributes, MaxAttributeChars, Restart, Rate, Loop, Once,
        };
        Dialect.AddTo(command);
        command.SetAction(static (parsed, cancellation) => new Up(Options(parsed)).RunAsync(cancellation));
        return command;
    }

    private static UpOptions Options(ParseResult parsed)
    {
        var port = parsed.GetValue(Port);
        if (port is < 0 or > 65535)
            throw new CliException($"--port {port} is no port; give one between 0 and 65535.");
        var host = parsed.GetValue(Host)!;
        if (host == "localhost")
            host = "127.0.0.1";
        if (!IPAddress.TryParse(host, out _))
            throw new CliException($"--host {host} is no IP address; give one of this machine, such as 127.0.0.1 or 0.0.0.0.");
        var request = Request(parsed);
        if (request is not null && parsed.GetValue(NoSimulator))
            throw new CliException("--replay FILE is fed instead of the simulator anyway; leave --no-simulator out.");
        return new(Path.GetFullPath(parsed.GetValue(Data)!), host, port, request)
        {
            Simulated = request is null && !parsed.GetValue(NoSimulator),
            Standby = parsed.GetValue(Standby),
            SettingsFile = parsed.GetValue(LogAccess.Config),
        };
    }

    private static ReplayRequest? Request(ParseResult parsed)
    {
        if (parsed.GetValue(Replay) is not { } path)
        {
            Option[] forReplays = [Pipeline, Text, Time, TimeFormat, Id, Subject, MaxAttributes, MaxAttributeChars, Restart, Loop, Once, .. Dialect.Options];
            return forReplays.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } stray
                ? throw new CliException($"{stray.Name} needs --replay FILE; without a file the simulator writes the texts.")
                : null;
        }
        if (parsed.GetValue(Loop) && parsed.GetValue(Once))
            throw new CliException("--loop never ends and --once ends after the file; choose one.");
        return new(
            RowFile.Open(path, plainToo: false, Dialect.Read(parsed)),
            parsed.GetValue(Pipeline)
                ?? throw new CliException("--replay needs --pipeline NAME: which pipeline shall read the file, such as financial-news?"),
            parsed.GetValue(Text), parsed.GetValue(Time), parsed.GetValue(Id), ReplayRequest.ParseRate(parsed.GetValue(Rate)!),
            parsed.GetValue(Loop), parsed.GetValue(Once))
        {
            Subject = parsed.GetValue(Subject),
            TimeFormat = parsed.GetValue(TimeFormat),
            Limits = new(InRange(parsed, MaxAttributes, 0, 1_000), InRange(parsed, MaxAttributeChars, 1, 1_000_000)),
            Restart = parsed.GetValue(Restart),
        };
    }

    private static int InRange(
        ParseResult parsed,
        Option<int> option,
        int least,
        int most) => parsed.GetValue(option) is var value && value >= least && value <= most
        ? value
        : throw new CliException(FormattableString.Invariant($"{option.Name} {value} is out of range; give {least:N0} to {most:N0}."));
}
