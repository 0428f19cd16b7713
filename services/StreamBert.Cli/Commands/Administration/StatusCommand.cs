using System.CommandLine;
using System.Text.Json;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Endpoints;
using StreamBert.Gateway.Status;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Cli.Commands.Administration;

/// <summary>Defines <c>status</c>, which prints the ledger, the lag, the models and the open alerts of a running Gateway.</summary>
internal static class StatusCommand
{
    private const string Ok = "ok";
    private const int Degraded = 1;
    private const int MaxReports = 1000;

    public static Command Create()
    {
        var access = new LogAccess();
        var partitions = new Option<bool>("--partitions") { Description = "Show the ledger per partition." };
        var json = new Option<bool>("--json") { Description = "Print the JSON response of the API." };
        var command = new Command(
            "status",
            "Show the ledger of all texts, the serving models, the open alerts, and degraded components. Exit code 1: a component is "
                + "degraded.")
        {
            access.Url, ApiKeyOption.File, LogAccess.Config, partitions, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = access.CreateClient(parsed);
            return parsed.GetValue(json)
                ? await PrintJsonAsync(client, cancellation)
                : await PrintAsync(client, parsed.GetValue(partitions), cancellation);
        });
        return command;
    }

    private static async Task PrintHealthAsync(GatewayClient client, IEnumerable<string> pipelines, CancellationToken cancellation)
    {
        ModelHealthTables.WriteAccuracy(
            await client.ListAsync<AccuracyReported>($"v1/accuracy?segment={SeriesKey.All}&limit={MaxReports}", "series", cancellation));
        ModelHealthTables.WriteFairness(await client.ListAsync<FairnessReported>($"v1/fairness?limit={MaxReports}", "rules", cancellation));
        foreach (var pipeline in pipelines)
            ModelHealthTables.WriteRules(await client.GetAsync<RulesView>($"v1/rules/{Uri.EscapeDataString(pipeline)}", cancellation));
    }

    private static int GetExitCode(string? status) => status == Ok ? 0 : Degraded;

    private static async Task<int> PrintJsonAsync(GatewayClient client, CancellationToken cancellation)
    {
        var response = await client.GetJsonAsync("v1/status", cancellation);
        Terminal.Out.WriteLine(response);
        using var json = JsonDocument.Parse(response);
        return GetExitCode(json.RootElement.GetProperty("status").GetString());
    }

    private static async Task<int> PrintAsync(GatewayClient client, bool partitions, CancellationToken cancellation)
    {
        var status = await client.GetAsync<StatusView>("v1/status", cancellation);
        foreach (var note in status.Notes)
            Terminal.Out.WriteLine($"{status.Status}: {note}");
        if (status.Ledger is { } ledger)
            LedgerTable.Write(ledger, partitions);
        StatusTables.WriteUnusableRecords(status.UnusableRecords);
        if (!status.StateStore.Available)
            return GetExitCode(status.Status);
        StatusTables.WriteEventTimes(status.EventTimes);
        var models = await client.ListAsync<ModelVersionView>("v1/models", "models", cancellation);
        var alerts = await client.ListAsync<AlertView>("v1/alerts?state=open", "alerts", cancellation);
        StatusTables.WriteModels(models);
        StatusTables.WriteServing(status.Parts);
        StatusTables.WriteAlerts(alerts);
        await PrintHealthAsync(client, status.EventTimes.Select(static pipeline => pipeline.Pipeline), cancellation);
        return GetExitCode(status.Status);
    }
}
