using System.CommandLine;
using System.Globalization;
using StreamBert.Cli.CommandLine;
using StreamBert.Gateway.Ledger;
using StreamBert.Gateway.Status;
using StreamBert.Streaming.State;

namespace StreamBert.Cli.Commands;

/// <summary><c>status</c>: what runs there, as tables: the ledger, the lag, the models, the open alerts.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var url = new LogAccess().Url;
        var json = new Option<bool>("--json") { Description = "Print the API's answer." };
        var command = new Command("status", "Show where every text is, which models serve, and which alerts are open.") { url, ApiKeyInput.File, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!, ApiKeyInput.Read(parsed));
            if (parsed.GetValue(json))
                Console.Out.WriteLine(await client.GetJsonAsync("v1/status", cancellation));
            else
                await PrintAsync(client, cancellation);
        });
        return command;
    }

    private static async Task PrintAsync(GatewayClient client, CancellationToken cancellation)
    {
        var status = await client.GetAsync<StatusView>("v1/status", cancellation);
        foreach (var note in status.Notes)
            Console.Out.WriteLine($"{status.Status}: {note}");
        if (status.Ledger is { } ledger)
            Ledger(ledger);
        if (!status.StateStore.Available)
            return;
        var models = await client.ListAsync<ModelVersionView>("v1/models", "models", cancellation);
        var alerts = await client.ListAsync<AlertView>("v1/alerts?state=open", "alerts", cancellation);
        Models(models);
        Alerts(alerts);
    }

    private static void Ledger(LedgerView view)
    {
        var table = Terminal.Table("Texts", "topic", "#in", "#out", "#dead-lettered", "#in flight", "balanced");
        foreach (var line in view.Topics.Append(view.Total))
            table.AddCells(line.Topic, Count(line.In), Count(line.Out), Count(line.DeadLettered), Count(line.InFlight), line.Balanced switch
            {
                true => "yes",
                false => view.ProjectionLag > 0 ? "catching up" : "NO",
                null => "unknown: the state store is away",
            });
        Terminal.Out.Write(table);
        var lags = Terminal.Table("Lag", "group", "topic", "#records behind");
        foreach (var lag in view.Lag)
            lags.AddCells(lag.Group, lag.Topic, Count(lag.Lag));
        Terminal.Out.Write(lags);
    }

    private static void Models(IReadOnlyList<ModelVersionView> models)
    {
        var table = Terminal.Table("Models", "model", "version", "state", "#predictions");
        foreach (var model in models)
            table.AddCells(model.Model, model.Version, model.State, Count(model.Predictions));
        Terminal.Out.Write(table);
    }

    private static void Alerts(IReadOnlyList<AlertView> alerts)
    {
        if (alerts.Count == 0)
        {
            Console.Out.WriteLine("No open alerts.");
            return;
        }
        var table = Terminal.Table("Open alerts", "severity", "kind", "what", "since");
        foreach (var alert in alerts.Select(static alert => alert.Raised))
            table.AddCells(alert.Severity, alert.Kind, alert.Title, alert.RaisedAt.ToString("u", CultureInfo.InvariantCulture));
        Terminal.Out.Write(table);
    }

    private static string Count(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "?";
}
