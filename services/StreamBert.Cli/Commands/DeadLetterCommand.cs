using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Gateway.Api;
using StreamBert.Gateway.DeadLetters;

namespace StreamBert.Cli.Commands;

/// <summary><c>deadletter list</c> and <c>deadletter replay</c>: the records that failed alone, and running them again.</summary>
internal static class DeadLetterCommand
{
    private const int MaxListed = 1_000;

    public static Command Create()
    {
        var access = new LogAccess();
        var command = new Command("deadletter", "Look at the records that failed, and run them again.") { List(access), Replay(access) };
        foreach (var option in access.Options)
            command.Add(option);
        return command;
    }

    private static Command List(LogAccess access)
    {
        var reason = new Option<string?>("--reason") { Description = "Only letters of this reason, such as not-json." };
        var limit = new Option<int>("--limit") { Description = $"The most to list, 1 to {MaxListed}.", DefaultValueFactory = static _ => 50 };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("list", "List dead letters, the latest first.") { reason, limit, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var (wanted, most) = (parsed.GetValue(reason), parsed.GetValue(limit));
            if (most is < 1 or > MaxListed)
                throw new CliException($"--limit {most} is out of range; give 1 to {MaxListed}.");
            var letters = await access.RunAsync(
                parsed,
                client => client.ListAsync<DeadLetterItem>(
                    $"v1/deadletters?limit={most}{(wanted is null ? "" : $"&reason={Uri.EscapeDataString(wanted)}")}", "deadLetters", cancellation),
                (log, _) => new DeadLetterBox(log, TimeProvider.System).ListAsync(new(Reason: wanted), most, cancellation));
            Print(letters, parsed.GetValue(json));
        });
        return command;
    }

    private static Command Replay(LogAccess access)
    {
        var id = new Option<string?>("--id") { Description = "One letter: PARTITION/OFFSET as the list shows it; replayed even if it was before." };
        var origin = new Option<string?>("--origin") { Description = "The letter of this record: TOPIC/PARTITION/OFFSET; replayed even if it was before." };
        var reason = new Option<string?>("--reason") { Description = "All letters of this reason that have not been replayed." };
        var all = new Option<bool>("--all") { Description = "All letters that have not been replayed." };
        var command = new Command("replay", "Append the original records again, unchanged, so that they are classified anew.") { id, origin, reason, all };
        command.SetAction(async (parsed, cancellation) =>
        {
            var request = new DeadLetterReplayRequest
            {
                Id = parsed.GetValue(id),
                Origin = parsed.GetValue(origin),
                Reason = parsed.GetValue(reason),
                All = parsed.GetValue(all),
            };
            var filter = Filter(request);
            var result = await access.RunAsync(
                parsed,
                client => client.PostAsync<DeadLetterReplay>("v1/deadletters/replay", request, cancellation),
                (log, _) => new DeadLetterBox(log, TimeProvider.System).ReplayAsync(filter, cancellation));
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Replayed:N0} replayed{(result.Before > 0 ? $"; {result.Before:N0} had been replayed before (name one with --id to replay it again)" : "")}."));
        });
        return command;
    }

    /// <exception cref="CliException">Nothing says what to replay, or everything and something.</exception>
    private static DeadLetterFilter Filter(DeadLetterReplayRequest request)
    {
        var some = request.Id is not null || request.Origin is not null || request.Reason is not null;
        return request.All == some
            ? throw new CliException("Say what to replay: --all, or at least one of --id, --origin and --reason.")
            : new(request.Id, request.Origin, request.Reason);
    }

    private static void Print(IReadOnlyList<DeadLetterItem> letters, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(letters, JsonSerializerOptions.Web));
            return;
        }
        if (letters.Count == 0)
        {
            Console.Out.WriteLine("No dead letters.");
            return;
        }
        var table = Terminal.Table(null, "id", "origin", "reason", "detail", "#bytes", "failed at", "replayed");
        foreach (var letter in letters)
            table.AddCells(
                letter.Id, $"{letter.Origin.Topic}/{letter.Origin.Partition}/{letter.Origin.Offset}", letter.Reason, letter.Detail,
                letter.Bytes.ToString("N0", CultureInfo.InvariantCulture), letter.FailedAt.ToString("u", CultureInfo.InvariantCulture),
                letter.Replayed ? "yes" : "");
        Terminal.Out.Write(table);
    }
}
