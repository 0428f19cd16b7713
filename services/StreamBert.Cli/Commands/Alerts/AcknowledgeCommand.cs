using System.CommandLine;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Output;
using StreamBert.Contracts;

namespace StreamBert.Cli.Commands.Alerts;

/// <summary>Defines <c>alerts ack</c>.</summary>
internal static class AcknowledgeCommand
{
    public static Command Create(LogAccess access)
    {
        var id = AlertListCommands.CreateId();
        var comment = new Option<string?>("--comment") { Description = "What the others should know." };
        var withdraw = new Option<bool>("--withdraw") { Description = "Withdraw the acknowledgement." };
        var json = JsonOption.Create();
        var command = new Command("ack", "Acknowledge an alert: it is not repeated and not escalated any more.")
        {
            id, comment, withdraw, json,
        };
        command.SetRequest(
            access, json,
            (client, parsed, cancellation) =>
            {
                var path = $"v1/acknowledgements/{Uri.EscapeDataString(parsed.GetValue(id)!)}";
                return parsed.GetValue(withdraw)
                    ? client.DeleteAsync<AlertAcknowledged>(path, cancellation)
                    : client.PostAsync<AlertAcknowledged>(path, new { comment = parsed.GetValue(comment) }, cancellation);
            },
            static taken => Terminal.Out.WriteLine(taken.Withdrawn
                ? $"The acknowledgement of {taken.AlertId} is withdrawn."
                : $"{taken.Actor} has acknowledged {taken.AlertId}."));
        return command;
    }
}
