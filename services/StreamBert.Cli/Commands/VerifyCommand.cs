using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Operations.Verification;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Commands;

/// <summary><c>verify</c>: proves from the log that nothing is missing and nothing doubled, or names what is.</summary>
internal static class VerifyCommand
{
    private const int Unsound = 1;

    public static Command Create()
    {
        var access = new LogAccess();
        var pipeline = new Option<string?>("--pipeline") { Description = "Only the input topics of this pipeline." };
        var topic = new Option<string?>("--topic") { Description = "Only this input topic." };
        var from = new Option<string[]>("--from")
        {
            Description = "PARTITION:OFFSET to begin at, of one topic; may be given for several partitions. Default: the first record.",
            AllowMultipleArgumentsPerToken = true
        };
        var to = new Option<string[]>("--to")
        {
            Description = "PARTITION:OFFSET to stop before, of one topic. Default: what is committed; what stands above it is in flight.",
            AllowMultipleArgumentsPerToken = true
        };
        var json = new Option<bool>("--json") { Description = "Print a JSON object a line: each finding, and last the counts." };
        var command = new Command("verify", "Prove from the log that every text has exactly one outcome, or name those that do not. Every record is read and its checksum checked. Exit code 1 if something is missing, doubled, out of order or damaged, or if nothing could be checked; 4 if files of the log are damaged or missing so that it cannot be opened.")
        {
            pipeline, topic, from, to, json,
        };
        foreach (var option in access.Options)
            command.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            var (starts, ends) = (parsed.GetValue(from) ?? [], parsed.GetValue(to) ?? []);
            var request = new VerificationRequest(
                parsed.GetValue(pipeline),
                parsed.GetValue(topic),
                Offsets("--from", starts),
                Offsets("--to", ends));
            var query = Query(("pipeline", [request.Pipeline]), ("topic", [request.Topic]), ("from", starts), ("to", ends));
            return FailingInJsonAsync(parsed.GetValue(json), () => access.RunAsync(
                parsed,
                client => PrintAsync(client.LinesAsync<VerificationLine>($"v1/verify{query}", cancellation), parsed.GetValue(json)),
                (log, pipelines) => PrintAsync(new LogVerifier(log, pipelines).RunAsync(request, cancellation), parsed.GetValue(json))));
        });
        return command;
    }

    /// <summary>Whoever reads the JSON learns from it, too, that nothing was verified and why.</summary>
    private static async Task<int> FailingInJsonAsync(bool json, Func<Task<int>> verify)
    {
        try
        {
            return await verify();
        }
        catch (Exception e) when (json && e is not OperationCanceledException)
        {
            await Terminal.Out
                .WriteLineAsync(JsonSerializer.Serialize(new { Passed = false, Inconclusive = e.Message }, JsonSerializerOptions.Web));
            throw;
        }
    }

    private static Dictionary<int, long> Offsets(string option, string[] given)
    {
        var offsets = new Dictionary<int, long>();
        foreach (var value in given)
        {
            var parts = value.Split(':');
            if (parts.Length != 2 || !int.TryParse(parts[0], CultureInfo.InvariantCulture, out var partition)
                || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out var offset))
            {
                throw new CliException($"'{value}' ({option}) is no place; give PARTITION:OFFSET, such as 0:1000.");
            }

            offsets[partition] = offset;
        }
        return offsets;
    }

    private static string Query(params IEnumerable<(string Name, string?[] Values)> parameters) =>
        QueryString.Create(
            parameters.SelectMany(static p => p.Values.Where(static v => v is not null).Select(v => KeyValuePair.Create(p.Name, v)))).ToString();

    private static async Task<int> PrintAsync(IAsyncEnumerable<VerificationLine> lines, bool json)
    {
        var report = await ReportAsync(lines, json);
        await Terminal.Out.WriteLineAsync(json ? JsonSerializer.Serialize(report, JsonSerializerOptions.Web) : Words(report));
        return report.HasPassed ? 0 : Unsound;
    }

    /// <summary>Prints what comes before the report.</summary>
    /// <exception cref="IncompleteAnswerException">There is no report.</exception>
    private static async Task<VerificationReport> ReportAsync(IAsyncEnumerable<VerificationLine> lines, bool json)
    {
        VerificationReport? report = null;
        try
        {
            await foreach (var line in lines)
            {
                if (line.Progress is { Read: > 0 } progress) // the first of a topic says only that it has begun
                {
                    await Terminal.Error.WriteLineAsync(
                        string.Create(CultureInfo.InvariantCulture, $"{progress.Topic}: {progress.Read:N0} of {progress.Total:N0}"));
                }

                if (line.Finding is { } finding)
                    await Terminal.Out.WriteLineAsync(json ? JsonSerializer.Serialize(finding, JsonSerializerOptions.Web) : Words(finding));
                report = line.Report ?? report;
            }
        }
        catch (Exception e) when (e is IncompleteAnswerException or LogUnavailableException)
        {
            throw Incomplete(e.Message, e);
        }
        return report ?? throw Incomplete("the answer ended without it");
    }

    private static IncompleteAnswerException Incomplete(string reason, Exception? inner = null) =>
        new($"INCOMPLETE. The verification broke off before its result, so it proves nothing, whatever it has printed so far: {reason.TrimEnd('.')}. Run it again.", inner);

    private static string Words(VerificationFinding finding)
    {
        var place = finding.Origin is { } origin ? $" {origin}" : "";
        return $"{finding.Kind}:{place}{(finding.Id is { } id ? $" (id {id})" : "")}: {finding.Detail}";
    }

    private static string Words(VerificationReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
         {(report.Inconclusive is { } why ? $"NOTHING PROVED. {why}\n" : report.HasPassed ? "Sound. " : "NOT SOUND. ")}{report.Checked:N0} texts checked: {report.Predicted:N0} predicted, {report.DeadLettered:N0} dead-lettered, {report.Missing:N0} missing, {report.Duplicated:N0} doubled, {report.OutOfOrder:N0} out of order.
         {report.Copies:N0} copies on routes: {report.CopiesMissing:N0} missing, {report.CopiesDuplicated:N0} doubled. {report.Events:N0} events of trainer and monitor: {report.EventsDuplicated:N0} doubled.
         {report.Read:N0} records read: {report.Damaged:N0} damaged, {report.Lost:N0} lost in a repair, {report.WithoutChecksum:N0} of an older version without a checksum.
         Not checked: {report.InFlight:N0} in flight; {report.Unverifiable:N0} cannot be judged.{(report.OutputsUnreadable > 0 ? $"\n{report.OutputsUnreadable:N0} predictions, copies or dead letters cannot be read." : "")}
         """);
}
