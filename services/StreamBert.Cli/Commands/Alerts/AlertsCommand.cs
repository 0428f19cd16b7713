using System.CommandLine;
using StreamBert.Cli.Access;

namespace StreamBert.Cli.Commands.Alerts;

/// <summary>Defines <c>alerts</c>, the commands about alerts and the messages about them.</summary>
internal static class AlertsCommand
{
    public static Command Create()
    {
        var access = new LogAccess();
        var command = new Command("alerts", "Test the receivers of messages about alerts.")
        {
            AlertsTestCommand.Create(access),
        };
        access.AddTo(command);
        return command;
    }
}
