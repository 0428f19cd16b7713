using System.CommandLine;
using System.Net;
using StreamBert.Cli.Access;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Hosting;
using StreamBert.Cli.Settings;
using StreamBert.Streaming.Settings;

namespace StreamBert.Cli.Commands.Up;

/// <summary>Defines <c>up</c>, which runs all services in one process, with texts from the simulator, a file or the API.</summary>
internal static class UpCommand
{
    private const string Localhost = "localhost", LoopbackAddress = "127.0.0.1";
    private const int DefaultPort = 8080;

    private static readonly Option<string> Data = new("--data")
    {
        Description = "Data directory with the log, the state store and the models; its appsettings.json overrides that of the working "
            + "directory.",
        DefaultValueFactory = static _ => DataDirectory.Default,
    };

    private static readonly Option<int> Port = new("--port")
    {
        Description = "Port of the dashboard and the API; 0: any free one.",
        DefaultValueFactory = static _ => DefaultPort,
    };

    private static readonly Option<string> HostAddress = new("--host")
    {
        Description = "IP address to listen on; 0.0.0.0 listens on all interfaces and requires Gateway:ApiKeys or Gateway:Oidc.",
        DefaultValueFactory = static _ => LoopbackAddress,
    };

    private static readonly Option<bool> Standby = new("--standby")
    {
        Description = "If another process uses the data directory, wait and take over as soon as it ends, for any reason.",
    };

    private static readonly Option<bool> NoSimulator = new("--no-simulator")
    {
        Description = "Do not simulate texts; they arrive only through the API.",
    };

    private static readonly Option<string?> Model = new("--model", "-m")
    {
        Description = "Model of the built-in pipelines: the name of a shipped or imported model, such as small for slow machines.",
    };

    private static readonly ReplayOptionGroup Replay = new();

    public static Command Create()
    {
        var command = new Command("up", "Run everything in one process: the services, the dashboard, the API.")
        {
            Data, LogAccess.Config, Port, HostAddress, Standby, NoSimulator, Model,
        };
        Replay.AddTo(command);
        command.SetAction(static (parsed, cancellation) => new UpRunner(ReadOptions(parsed)).RunAsync(cancellation));
        return command;
    }

    private static UpOptions ReadOptions(ParseResult parsed)
    {
        var port = parsed.GetValue(Port);
        if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
            throw new CliException($"--port {port} is out of range; give {IPEndPoint.MinPort} to {IPEndPoint.MaxPort}.");
        var host = ReadHost(parsed);
        var replay = Replay.Read(parsed);
        if (replay is not null && parsed.GetValue(NoSimulator))
            throw new CliException("--replay FILE already replaces the simulator; omit --no-simulator.");
        return new(Path.GetFullPath(parsed.GetValue(Data)!), host, port, replay)
        {
            IsSimulated = replay is null && !parsed.GetValue(NoSimulator),
            IsStandby = parsed.GetValue(Standby),
            SettingsFile = parsed.GetValue(LogAccess.Config),
            Model = parsed.GetValue(Model),
        };
    }

    private static string ReadHost(ParseResult parsed)
    {
        var host = parsed.GetValue(HostAddress)!;
        if (host == Localhost)
            return LoopbackAddress;
        return IPAddress.TryParse(host, out _)
            ? host
            : throw new CliException($"--host {host} is not an IP address; give one of this machine, such as 127.0.0.1 or 0.0.0.0.");
    }
}
