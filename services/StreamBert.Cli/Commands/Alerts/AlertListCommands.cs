using System.CommandLine;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Gateway.Alerts;

namespace StreamBert.Cli.Commands.Alerts;

/// <summary>Defines <c>alerts list|show</c>.</summary>
internal static class AlertListCommands
{
    public static Command CreateList(LogAccess access)
    {
        var all = new Option<bool>("--all") { Description = "List resolved alerts too." };
        var pipeline = new Option<string?>("--pipeline") { Description = "Only alerts of this pipeline." };
        var kind = new Option<string?>("--kind") { Description = "Only alerts of this kind, such as label-surge." };
        var limit = new Option<int>("--limit") { Description = "How many to list, 1 to 1000.", DefaultValueFactory = static _ => 100 };
        var json = JsonOption.Create();
        var command = new Command("list", "List the alerts that fire, the latest first.") { all, pipeline, kind, limit, json };
        command.SetRequest(
            access, json,
            (client, parsed, cancellation) => client.ListAsync<AlertOverview>(
                GatewayQuery.Create(
                    "v1/alerts", ("state", parsed.GetValue(all) ? "all" : null), ("pipeline", parsed.GetValue(pipeline)),
                    ("kind", parsed.GetValue(kind)), ("limit", $"{parsed.GetValue(limit)}")),
                "alerts", cancellation),
            AlertTables.Write);
        return command;
    }

    public static Command CreateShow(LogAccess access)
    {
        var id = CreateId();
        var json = JsonOption.Create();
        var command = new Command("show", "Show an alert with its evidence, and the messages about it.") { id, json };
        command.SetRequest(
            access, json, (client, parsed, cancellation) => FindAsync(client, parsed.GetValue(id)!, cancellation),
            AlertTables.WriteDetails);
        return command;
    }

    /// <summary>Creates the argument that names an alert.</summary>
    public static Argument<string> CreateId() => new("id") { Description = "Id of the alert, as in 'streambert alerts list'." };

    public static Task<AlertOverview> FindAsync(GatewayClient client, string id, CancellationToken cancellation) =>
        client.GetAsync<AlertOverview>($"v1/alerts/{Uri.EscapeDataString(id)}", cancellation);
}
