using StreamBert.Cli.Output;
using StreamBert.Operations.DeadLetters;

namespace StreamBert.Cli.Commands.DeadLetters;

/// <summary>Prints dead letters and the results of actions on them.</summary>
internal static class DeadLetterView
{
    public static void Write(DeadLetterPage page)
    {
        if (page.DeadLetters.Count == 0)
        {
            Terminal.Out.WriteLine("No dead letters.");
            return;
        }
        var table = Terminal.CreateTable(null, "id", "origin", "reason", "detail", "#bytes", "failed at", "state");
        foreach (var letter in page.DeadLetters)
        {
            table.AddCells(
                letter.Id,
                $"{letter.Origin}",
                letter.Reason,
                letter.Detail,
                Format.Count(letter.Bytes),
                Format.Time(letter.FailedAt),
                DescribeState(letter));
        }
        Terminal.Write(table);
        var reasons = page.Reasons.OrderByDescending(static reason => reason.Value)
            .Select(static reason => $"{reason.Key} {Format.Count(reason.Value)}");
        Terminal.Out.WriteLine($"{Format.Count(page.DeadLetters.Count)} of {Format.Count(page.Total)}: {string.Join(", ", reasons)}"
            + (page.Next is null ? "" : $"; more with --cursor {page.Next}")
            + (page.Unreadable == 0 ? "" : $"; {Format.Count(page.Unreadable)} records of the topic cannot be read"));
    }

    public static void Write(DeadLetterDetails details)
    {
        var (letter, table) = (details.Letter, Terminal.CreateTable(null, "dead letter", details.Letter.Id));
        table.AddCells("origin", $"{letter.Origin}");
        table.AddCells("pipeline", letter.Pipeline ?? "");
        table.AddCells("reason", letter.Reason);
        table.AddCells("detail", letter.Detail);
        table.AddCells("failed at", Format.Time(letter.FailedAt));
        table.AddCells("state", DescribeState(letter));
        table.AddCells("error", $"{details.ErrorType}\n{details.Stack}".Trim());
        table.AddCells("key", Display(details.Key));
        foreach (var (name, value) in details.Headers)
            table.AddCells($"header {name}", Display(value));
        table.AddCells($"value, {Format.Count(letter.Bytes)} bytes", Display(details.Value));
        Terminal.Write(table);
    }

    /// <param name="verb">The past participle of the action, such as <c>replayed</c>.</param>
    public static void Write(DeadLetterActionResult result, string verb)
    {
        var skipped = result.Skipped > 0 ? $"; {Format.Count(result.Skipped)} had been replayed or discarded before" : "";
        var unreplayable = result.Unreplayable > 0
            ? $"; {Format.Count(result.Unreplayable)} cannot be replayed: their topic or their original record no longer exists"
            : "";
        Terminal.Out.WriteLine($"{Format.Count(result.Done)} {verb}{skipped}{unreplayable}.");
    }

    private static string DescribeState(DeadLetterItem letter)
    {
        var state = letter.HandledBy is { } actor ? $"{letter.State} by {actor}, {Format.Time(letter.HandledAt!.Value)}" : letter.State;
        var id = letter.OutcomeId is { } outcomeId ? $" {outcomeId}" : "";
        return letter.ReplayedAs is { } record ? $"{state} → {record}: {letter.Outcome}{id}" : state;
    }

    private static string Display(BytesView? bytes) => bytes is null ? "none" : bytes.Text ?? $"base64 {bytes.Base64}";
}
