using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamBert.Cli.Access;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Operations.Verification;

namespace StreamBert.Cli.Commands.Administration;

/// <summary>Defines <c>verify</c>, which proves from the log that every text has exactly one outcome, or lists those that do not.</summary>
internal static class VerifyCommand
{
    private const int Failed = 1;

    public static Command Create()
    {
        var access = new LogAccess();
        var pipeline = new Option<string?>("--pipeline") { Description = "Verify only the input topics of this pipeline." };
        var topic = new Option<string?>("--topic") { Description = "Verify only this input topic." };
        var from = CreateOffsets("--from", "PARTITION:OFFSET to start at, for one topic; several partitions may be given. Default: the "
            + "first record.");
        var to = CreateOffsets("--to", "PARTITION:OFFSET to stop before, for one topic. Default: the committed offset; later records are "
            + "in flight.");
        var json = new Option<bool>("--json") { Description = "Print one JSON object per line: the findings, and finally the report." };
        var command = new Command(
            "verify",
            "Verify from the log that every text has exactly one outcome, and list those that do not. Every record and its checksum are "
                + "read. Exit code 1: records are missing, duplicated, out of order or damaged, or nothing could be verified; "
            + "4: files of the log are damaged or missing, so that it cannot be opened.")
        {
            pipeline, topic, from, to, json,
        };
        access.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var (starts, ends) = (parsed.GetValue(from) ?? [], parsed.GetValue(to) ?? []);
            var request = new VerificationRequest(
                parsed.GetValue(pipeline), parsed.GetValue(topic), ParseOffsets(from.Name, starts), ParseOffsets(to.Name, ends));
            var query = CreateQuery(("pipeline", [request.Pipeline]), ("topic", [request.Topic]), ("from", starts), ("to", ends));
            var printer = new VerificationPrinter(parsed.GetValue(json));
            return ReportFailureAsync(parsed.GetValue(json), () => access.RunAsync(
                parsed,
                client => PrintAsync(printer, client.StreamLinesAsync<VerificationLine>($"v1/verify{query}", cancellation)),
                (log, pipelines) => PrintAsync(printer, new LogVerifier(log, pipelines).RunAsync(request, cancellation))));
        });
        return command;
    }

    private static Option<string[]> CreateOffsets(string name, string description) => new(name)
    {
        Description = description,
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Reports a failed verification also in JSON, for programs that read it.</summary>
    private static async Task<int> ReportFailureAsync(bool json, Func<Task<int>> verify)
    {
        try
        {
            return await verify();
        }
        catch (Exception e) when (json && e is not OperationCanceledException)
        {
            Terminal.WriteJson(new { Passed = false, Inconclusive = e.Message });
            throw;
        }
    }

    private static Dictionary<int, long> ParseOffsets(string option, string[] values)
    {
        var offsets = new Dictionary<int, long>();
        foreach (var value in values)
        {
            var parts = value.Split(':');
            if (parts.Length != 2 || !int.TryParse(parts[0], CultureInfo.InvariantCulture, out var partition)
                || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out var offset))
            {
                throw new CliException($"'{value}' ({option}) is invalid; give PARTITION:OFFSET, such as 0:1000.");
            }
            offsets[partition] = offset;
        }
        return offsets;
    }

    private static string CreateQuery(params IEnumerable<(string Name, string?[] Values)> parameters) => QueryString.Create(
        parameters.SelectMany(static parameter => parameter.Values.OfType<string>().Select(value =>
            KeyValuePair.Create(parameter.Name, (string?)value)))).ToString();

    private static async Task<int> PrintAsync(VerificationPrinter printer, IAsyncEnumerable<VerificationLine> lines) =>
        (await printer.PrintAsync(lines)).HasPassed ? 0 : Failed;
}
