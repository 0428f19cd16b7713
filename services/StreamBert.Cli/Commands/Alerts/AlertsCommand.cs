using System.CommandLine;
using StreamBert.Cli.Access;

namespace StreamBert.Cli.Commands.Alerts;

/// <summary>Defines <c>alerts</c>, the commands about alerts and the messages about them.</summary>
internal static class AlertsCommand
{
    public static Command Create()
    {
        var access = new LogAccess();
        var command = new Command("alerts", "List, acknowledge and silence alerts, and test the receivers of messages about them.")
        {
            AlertListCommands.CreateList(access),
            AlertListCommands.CreateShow(access),
            AcknowledgeCommand.Create(access),
            SilenceCommand.Create(access),
            NotificationsCommand.Create(access),
            AlertsTestCommand.Create(access),
        };
        access.AddTo(command);
        return command;
    }
}
