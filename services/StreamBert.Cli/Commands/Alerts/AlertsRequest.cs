using System.CommandLine;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Commands.Alerts;

/// <summary>Asks the Gateway, and prints its answer as JSON or as text.</summary>
internal static class AlertsRequest
{
    /// <summary>Defines what a command asks and how it prints the answer.</summary>
    public static void SetRequest<T>(
        this Command command, LogAccess access, Option<bool> json,
        Func<GatewayClient, ParseResult, CancellationToken, Task<T>> ask, Action<T> write) =>
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(access.Data) is not null || parsed.GetValue(access.Kafka) is not null)
                throw new CliException("This command asks a running Gateway: give --url, not --data or --kafka.");
            using var client = access.CreateClient(parsed);
            var answer = await ask(client, parsed, cancellation);
            parsed.Write(json, answer, write);
        });
}
