using System.CommandLine;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Gateway.Alerts;

namespace StreamBert.Cli.Commands.Alerts;

/// <summary>Defines <c>alerts notifications</c>.</summary>
internal static class NotificationsCommand
{
    public static Command Create(LogAccess access)
    {
        var receiver = new Option<string?>("--receiver") { Description = "Only messages to this receiver." };
        var state = new Option<string?>("--state")
        {
            Description = $"Only messages in this state: {string.Join(", ", NotificationView.States)}.",
        };
        var limit = new Option<int>("--limit") { Description = "How many to list, 1 to 1000.", DefaultValueFactory = static _ => 100 };
        var json = JsonOption.Create();
        var command = new Command("notifications", "List the latest messages to receivers, and what became of them.")
        {
            receiver, state, limit, json,
        };
        command.SetRequest(
            access, json,
            (client, parsed, cancellation) => client.ListAsync<NotificationView>(
                GatewayQuery.Create(
                    "v1/notifications", ("receiver", parsed.GetValue(receiver)), ("state", parsed.GetValue(state)),
                    ("limit", $"{parsed.GetValue(limit)}")),
                "notifications", cancellation),
            AlertTables.Write);
        return command;
    }
}
