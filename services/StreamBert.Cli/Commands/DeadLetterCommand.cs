using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using StreamBert.Cli.CommandLine;
using StreamBert.Contracts;
using StreamBert.Operations.DeadLetters;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Commands;

/// <summary><c>deadletter list|show|replay|discard</c>: the records that failed alone, and what to do with them.</summary>
internal static class DeadLetterCommand
{
    private const int MaxListed = 1_000;

    public static Command Create()
    {
        var access = new LogAccess();
        var command = new Command("deadletter", "Look at the records that failed; run them again, or discard them.") {
            List(access),
            Show(access),
            Replay(access),
            Discard(access) };
        foreach (var option in access.Options)
            command.Add(option);
        return command;
    }

    private static Command List(LogAccess access)
    {
        var choice = new DeadLetterChoice();
        var limit = new Option<int>("--limit")
        {
            Description = $"The most to list, 1 to {MaxListed}.",
            DefaultValueFactory = static _ => 50
        };
        var cursor = new Option<string?>("--cursor") { Description = "Goes on where a list ended; the list says with what." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = choice.On(new("list", "List dead letters, the latest first.") { limit, cursor, json });
        command.SetAction(async (parsed, cancellation) =>
        {
            var (filter, most, from) = (choice.Filter(parsed), parsed.GetValue(limit), parsed.GetValue(cursor));
            if (most is < 1 or > MaxListed)
                throw new CliException($"--limit {most} is out of range; give 1 to {MaxListed}.");
            var page = await access.RunAsync(
                parsed,
                client => client.GetAsync<DeadLetterPage>($"v1/dead-letters{DeadLetterChoice.Query(filter, most, from)}", cancellation),
                async (log, _) => await (await OpenAsync(log, cancellation)).ListAsync(filter, most, from, cancellation));
            Print(page, parsed.GetValue(json));
        });
        return command;
    }

    private static Command Show(LogAccess access)
    {
        var id = new Argument<string>("id") { Description = "PARTITION/OFFSET, as the list shows it." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("show", "Show one dead letter with its bytes, headers and error.") { id, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var wanted = parsed.GetValue(id)!;
            if (new DeadLetterFilter { Id = wanted }.Error is { } fault)
                throw new CliException(fault);
            var details = await access.RunAsync(
                parsed,
                client => client.GetAsync<DeadLetterDetails?>($"v1/dead-letters/{wanted}", cancellation),
                async (log, _) => await (await OpenAsync(log, cancellation)).FindAsync(wanted, cancellation));
            Print(details ?? throw new CliException($"There is no dead letter {wanted}."), parsed.GetValue(json));
        });
        return command;
    }

    private static Command Replay(LogAccess access)
    {
        var choice = new DeadLetterChoice();
        var again = new Option<bool>("--again") { Description = "Also letters that have been replayed or discarded before." };
        var command = choice.On(
            new("replay", "Append the original records again, unchanged, so that they are classified anew.") { again, choice.All });
        command.SetAction(async (parsed, cancellation) =>
        {
            var request = choice.Request(parsed) with { Again = parsed.GetValue(again) };
            var acted = await access.RunAsync(
                parsed,
                client => client.PostAsync<DeadLetterActionResult>("v1/dead-letters/replay", request, cancellation),
                (log, _) => ActAsync(
                    log,
                    acts => acts.ReplayAsync(choice.Filter(parsed), AuditTrail.CommandLineActor, request.Again, cancellation),
                    cancellation));
            Print(acted, "replayed");
        });
        return command;
    }

    private static Command Discard(LogAccess access)
    {
        var choice = new DeadLetterChoice();
        var command = choice.On(new("discard", "Mark letters as done with; nothing is deleted.") { choice.All });
        command.SetAction(async (parsed, cancellation) =>
        {
            var request = choice.Request(parsed);
            var acted = await access.RunAsync(
                parsed,
                client => client.PostAsync<DeadLetterActionResult>("v1/dead-letters/discard", request, cancellation),
                (log, _) => ActAsync(
                    log,
                    acts => acts.DiscardAsync(choice.Filter(parsed), AuditTrail.CommandLineActor, cancellation),
                    cancellation));
            Print(acted, "discarded");
        });
        return command;
    }

    private static async Task<DeadLetterActionResult> ActAsync(
        IEventLog log,
        Func<DeadLetterActions, Task<DeadLetterActionResult>> act,
        CancellationToken cancellation)
    {
        await CreateTopicsAsync(log, cancellation);
        using var acts = new DeadLetterActions(log, TimeProvider.System);
        return await act(acts);
    }

    private static async Task<DeadLetterReader> OpenAsync(IEventLog log, CancellationToken cancellation)
    {
        await CreateTopicsAsync(log, cancellation);
        return await DeadLetterReader.OpenAsync(log, cancellation);
    }

    /// <summary>A log of an earlier version has not all of them.</summary>
    private static Task CreateTopicsAsync(IEventLog log, CancellationToken cancellation) =>
        log.CreateTopicsAsync([new(Topics.DeadLetter, 1), new(Topics.DeadLetterState, 1), new(Topics.Audit, 1)], cancellation);

    private static void Print(DeadLetterActionResult acted, string what) => Terminal.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{acted.Done:N0} {what}{(acted.Skipped > 0 ? $"; {acted.Skipped:N0} had been replayed or discarded before" : "")}{(acted.Unreplayable > 0 ? $"; {acted.Unreplayable:N0} cannot be replayed: their topic, or the original that they withhold, is gone" : "")}."));

    private static void Print(DeadLetterPage page, bool json)
    {
        if (json)
        {
            Terminal.Out.WriteLine(JsonSerializer.Serialize(page, JsonSerializerOptions.Web));
            return;
        }
        if (page.DeadLetters.Count == 0)
        {
            Terminal.Out.WriteLine("No dead letters.");
            return;
        }
        var table = Terminal.Table(null, "id", "origin", "reason", "detail", "#bytes", "failed at", "state");
        foreach (var letter in page.DeadLetters)
        {
            table.AddCells(
                letter.Id,
                letter.Origin.ToString(),
                letter.Reason,
                letter.Detail,
                Count(letter.Bytes),
                Time(letter.FailedAt),
                State(letter));
        }

        Terminal.Write(table);
        Terminal.Out.WriteLine($"{Count(page.DeadLetters.Count)} of {Count(page.Total)}: {string.Join(", ", page.Reasons.OrderByDescending(static r => r.Value).Select(static r => $"{r.Key} {Count(r.Value)}"))}"
            + (page.Next is null ? "" : $"; more with --cursor {page.Next}") + (page.Unreadable == 0
                ? ""
                : $"; {Count(page.Unreadable)} records there cannot be read"));
    }

    private static void Print(DeadLetterDetails details, bool json)
    {
        if (json)
        {
            Terminal.Out.WriteLine(JsonSerializer.Serialize(details, JsonSerializerOptions.Web));
            return;
        }
        var (letter, table) = (details.Letter, Terminal.Table(null, "dead letter", details.Letter.Id));
        table.AddCells("origin", letter.Origin.ToString());
        table.AddCells("pipeline", letter.Pipeline ?? "");
        table.AddCells("reason", letter.Reason);
        table.AddCells("detail", letter.Detail);
        table.AddCells("failed at", Time(letter.FailedAt));
        table.AddCells("state", State(letter));
        table.AddCells("error", $"{details.ErrorType}\n{details.Stack}".Trim());
        table.AddCells("key", Words(details.Key));
        foreach (var (name, value) in details.Headers)
            table.AddCells($"header {name}", Words(value));
        table.AddCells($"value, {Count(letter.Bytes)} bytes", Words(details.Value));
        Terminal.Write(table);
    }

    private static string State(DeadLetterItem letter)
    {
        var act = letter.HandledBy is { } by ? $"{letter.State} by {by}, {Time(letter.HandledAt!.Value)}" : letter.State;
        var became = letter.ReplayedAs is { } record
            ? $" → {record}: {letter.Outcome}{(letter.OutcomeId is { } id ? $" {id}" : "")}"
            : "";
        return act + became;
    }

    private static string Words(BytesView? bytes) => bytes is null ? "none" : bytes.Text ?? $"base64 {bytes.Base64}";

    private static string Time(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
