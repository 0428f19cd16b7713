using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Contracts;
using StreamBert.Gateway.Status;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Cli.Commands;

/// <summary><c>status</c>: what runs there, as tables: the ledger, the lag, the models, the open alerts.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var access = new LogAccess();
        var partitions = new Option<bool>("--partitions") { Description = "Show the ledger by partition." };
        var json = new Option<bool>("--json") { Description = "Print the API's answer." };
        var command = new Command(
            "status",
            "Show where every text is, which models serve, which alerts are open, and what is degraded. Exit code 1: something is.") { access.Url, ApiKeyInput.File, LogAccess.Config, partitions, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = access.Client(parsed);
            if (!parsed.GetValue(json))
                return await PrintAsync(client, parsed.GetValue(partitions), cancellation);
            var answer = await client.GetJsonAsync("v1/status", cancellation);
            Terminal.Out.WriteLine(answer);
            return Code(JsonDocument.Parse(answer).RootElement.GetProperty("status").GetString());
        });
        return command;
    }

    /// <summary>0: whole; 1: degraded, which the notes explain.</summary>
    private static int Code(string? status) => status == "ok" ? 0 : 1;

    private static async Task<int> PrintAsync(GatewayClient client, bool partitions, CancellationToken cancellation)
    {
        var status = await client.GetAsync<StatusView>("v1/status", cancellation);
        foreach (var note in status.Notes)
            Terminal.Out.WriteLine($"{status.Status}: {note}");
        if (status.Ledger is { } ledger)
            Ledger(ledger, partitions);
        Unusable(status.UnusableRecords);
        if (!status.StateStore.Available)
            return Code(status.Status);
        EventTimes(status.EventTimes);
        var models = await client.ListAsync<ModelVersionView>("v1/models", "models", cancellation);
        var alerts = await client.ListAsync<AlertView>("v1/alerts?state=open", "alerts", cancellation);
        Models(models);
        Alerts(alerts);
        return Code(status.Status);
    }

    private static void Ledger(LedgerView view, bool partitions)
    {
        var table = Terminal.Table("Texts", "pipeline", "topic", "#in", "#out", "#dead-lettered", "#in flight", "#unreadable", "balanced");
        foreach (var line in view.Topics.OrderBy(static line => line.Pipeline is null)
            .ThenBy(static line => line.Pipeline, StringComparer.Ordinal)
            .Append(view.Total))
        {
            table.AddCells(
                line.Pipeline ?? "",
                line.Topic,
                Count(line.In),
                Count(line.Out),
                Count(line.DeadLettered),
                Count(line.InFlight),
                Count(line.Unreadable),
                Balance(line.Balanced, view));
            foreach (var part in partitions ? line.Partitions : [])
            {
                table.AddCells(
                    "",
                    $"  partition {part.Partition}",
                    Count(part.In),
                    Count(part.Out),
                    Count(part.DeadLettered),
                    Count(part.InFlight),
                    Count(part.Unreadable),
                    Balance(part.Balanced, view));
            }
        }
        Terminal.Write(table);
        if (view.UnreadableOutputs > 0)
        {
            Terminal.Out.WriteLine(
                $"{Count(view.UnreadableOutputs)} records of predictions and dead-letter cannot be read; 'streambert verify' names them.");
        }

        var lags = Terminal.Table("Lag", "group", "topic", "#records behind");
        foreach (var lag in view.Lag)
            lags.AddCells(lag.Group, lag.Topic, Count(lag.Lag));
        Terminal.Write(lags);
    }

    private static void Unusable(IReadOnlyList<UnusableRecordCount> counts)
    {
        if (counts.Count == 0)
            return;
        var table = Terminal.Table("Records passed over since the start", "reader", "topic", "reason", "#records", "last", "what is wrong");
        foreach (var count in counts)
        {
            table.AddCells(
                count.Reader,
                count.Topic,
                count.Reason,
                Count(count.Count),
                $"{count.Last.Partition}/{count.Last.Offset}",
                count.Detail);
        }

        Terminal.Write(table);
    }

    private static void EventTimes(IReadOnlyList<EventTimeUpdated> pipelines)
    {
        var table = Terminal.Table(
            "Event time",
            "pipeline",
            "closed through",
            "#texts",
            "#late, window revised",
            "#too late, in no trend",
            "#clock ahead",
            "#outside tables");
        foreach (var pipeline in pipelines)
        {
            table.AddCells(
                pipeline.Pipeline,
                pipeline.Watermark?.ToString("u", CultureInfo.InvariantCulture) ?? "",
                Count(pipeline.Texts),
                Count(pipeline.Late),
                Count(pipeline.TooLate),
                Count(pipeline.ClockSkew.Values.Sum()),
                Count(pipeline.Untracked));
        }

        Terminal.Write(table);
        foreach (var pipeline in pipelines)
        {
            foreach (var line in Lateness.Of(pipeline))
                Terminal.Out.WriteLine(line);
        }
    }

    private static string Balance(bool? balanced, LedgerView view) => balanced switch
    {
        true => "yes",
        false => view.Uncounted > 0 ? "catching up" : "NO",
        null => "not counted",
    };

    private static void Models(IReadOnlyList<ModelVersionView> models)
    {
        var table = Terminal.Table("Models", "model", "version", "state", "#predictions");
        foreach (var model in models)
            table.AddCells(model.Model, model.Version, model.State, Count(model.Predictions));
        Terminal.Write(table);
        foreach (var refused in models.Select(static model => model.Refused).OfType<ModelRefused>())
            Terminal.Out.WriteLine($"{refused.Version} is refused, and {refused.Serving ?? "no version"} serves: {refused.Reason}");
    }

    private static void Alerts(IReadOnlyList<AlertView> alerts)
    {
        if (alerts.Count == 0)
        {
            Terminal.Out.WriteLine("No open alerts.");
            return;
        }
        var table = Terminal.Table("Open alerts", "severity", "kind", "what", "since");
        foreach (var alert in alerts.Select(static alert => alert.Raised))
            table.AddCells(alert.Severity, alert.Kind, alert.Title, alert.RaisedAt.ToString("u", CultureInfo.InvariantCulture));
        Terminal.Write(table);
    }

    private static string Count(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "?";
}
