using System.CommandLine;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Contracts;
using StreamBert.Operations.DeadLetters;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Commands.DeadLetters;

/// <summary>Defines <c>dead-letters list|show|replay|discard</c>, which manages the records that could not be processed.</summary>
internal static class DeadLettersCommand
{
    private const int MaxLimit = 1_000, DefaultLimit = 50;

    public static Command Create()
    {
        var access = new LogAccess();
        var command = new Command("dead-letters", "List, show, replay and discard dead letters: the records that could not be processed.")
        {
            CreateList(access), CreateShow(access), CreateReplay(access), CreateDiscard(access),
        };
        access.AddTo(command);
        return command;
    }

    private static Command CreateList(LogAccess access)
    {
        var selection = new DeadLetterSelection();
        var limit = new Option<int>("--limit")
        {
            Description = $"Maximum number of dead letters to list, 1 to {MaxLimit}.",
            DefaultValueFactory = static _ => DefaultLimit,
        };
        var cursor = new Option<string?>("--cursor") { Description = "Continue a list after its last entry; the list prints the cursor." };
        var json = JsonOption.Create();
        var command = selection.AddTo(new("list", "List dead letters, newest first.") { limit, cursor, json });
        command.SetAction(async (parsed, cancellation) =>
        {
            var (filter, count, after) = (selection.ReadFilter(parsed), parsed.GetValue(limit), parsed.GetValue(cursor));
            if (count is < 1 or > MaxLimit)
                throw new CliException($"--limit {count} is out of range; give 1 to {MaxLimit}.");
            var query = DeadLetterSelection.ToQuery(filter, count, after);
            var page = await access.RunAsync(
                parsed,
                client => client.GetAsync<DeadLetterPage>($"v1/dead-letters{query}", cancellation),
                async (log, _) => await (await OpenReaderAsync(log, cancellation)).ListAsync(filter, count, after, cancellation));
            parsed.Write(json, page, DeadLetterView.Write);
        });
        return command;
    }

    private static Command CreateShow(LogAccess access)
    {
        var id = new Argument<string>("id") { Description = "PARTITION/OFFSET, as in the list." };
        var json = JsonOption.Create();
        var command = new Command("show", "Show one dead letter with its bytes, headers and error.") { id, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var wanted = parsed.GetValue(id)!;
            if (new DeadLetterFilter { Id = wanted }.Error is { } error)
                throw new CliException(error);
            var details = await access.RunAsync(
                parsed,
                client => client.GetAsync<DeadLetterDetails?>($"v1/dead-letters/{wanted}", cancellation),
                async (log, _) => await (await OpenReaderAsync(log, cancellation)).FindAsync(wanted, cancellation))
                ?? throw new CliException($"The dead letter {wanted} does not exist.");
            parsed.Write(json, details, DeadLetterView.Write);
        });
        return command;
    }

    private static Command CreateReplay(LogAccess access)
    {
        var selection = new DeadLetterSelection();
        var again = new Option<bool>("--again") { Description = "Include dead letters that were replayed or discarded before." };
        var json = JsonOption.Create();
        var command = selection.AddTo(new("replay", "Append the original records again, unchanged, so that they are classified again.")
        {
            again, selection.All, json,
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var (filter, request) = (selection.ReadFilter(parsed), selection.ReadRequest(parsed) with { Again = parsed.GetValue(again) });
            var result = await access.RunAsync(
                parsed,
                client => client.PostAsync<DeadLetterActionResult>("v1/dead-letters/replay", request, cancellation),
                (log, _) => ActAsync(
                    log, actions => actions.ReplayAsync(filter, AuditTrail.CommandLineActor, request.Again, cancellation), cancellation));
            parsed.Write(json, result, static result => DeadLetterView.Write(result, "replayed"));
        });
        return command;
    }

    private static Command CreateDiscard(LogAccess access)
    {
        var selection = new DeadLetterSelection();
        var json = JsonOption.Create();
        var command = selection.AddTo(new("discard", "Mark dead letters as discarded; nothing is deleted.") { selection.All, json });
        command.SetAction(async (parsed, cancellation) =>
        {
            var (filter, request) = (selection.ReadFilter(parsed), selection.ReadRequest(parsed));
            var result = await access.RunAsync(
                parsed,
                client => client.PostAsync<DeadLetterActionResult>("v1/dead-letters/discard", request, cancellation),
                (log, _) => ActAsync(
                    log, actions => actions.DiscardAsync(filter, AuditTrail.CommandLineActor, cancellation), cancellation));
            parsed.Write(json, result, static result => DeadLetterView.Write(result, "discarded"));
        });
        return command;
    }

    private static async Task<DeadLetterActionResult> ActAsync(
        IEventLog log, Func<DeadLetterActions, Task<DeadLetterActionResult>> act, CancellationToken cancellation)
    {
        await CreateTopicsAsync(log, cancellation);
        using var actions = new DeadLetterActions(log, TimeProvider.System);
        return await act(actions);
    }

    private static async Task<DeadLetterReader> OpenReaderAsync(IEventLog log, CancellationToken cancellation)
    {
        await CreateTopicsAsync(log, cancellation);
        return await DeadLetterReader.OpenAsync(log, cancellation);
    }

    /// <summary>Creates the topics, because a log of an earlier version may not contain all of them.</summary>
    private static Task CreateTopicsAsync(IEventLog log, CancellationToken cancellation) =>
        log.CreateTopicsAsync([new(Topics.DeadLetter, 1), new(Topics.DeadLetterState, 1), new(Topics.Audit, 1)], cancellation);
}
