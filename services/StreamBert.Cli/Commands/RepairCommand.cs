using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded.Repair;

namespace StreamBert.Cli.Commands;

/// <summary><c>repair</c>: recovers what is readable of a damaged log, and lists what is not.</summary>
internal static class RepairCommand
{
    private const int Incomplete = 1;

    public static Command Create()
    {
        var directory = new Argument<string>(
            "dir")
        { Description = "The data directory of 'streambert up', or the directory of the log (Log:Directory). Nothing may be running on it." };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var command = new Command(
            "repair",
            "Recover all readable records of a damaged embedded log into a new one; offsets and positions of groups stay, the damaged files are kept aside. Also accepts, and records, that commits are missing. "
            + "Exit code 0: nothing was wrong or all was recovered; 1: recovered but for what is listed; 3: a process works on it; 4: nothing can be recovered.")
        {
            directory, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var report = await LogRepair.RunAsync(Options(parsed.GetValue(directory)!), TimeProvider.System, cancellation);
            if (parsed.GetValue(json))
            {
                Terminal.Out.WriteLine(JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
            }
            else
            {
                foreach (var line in Lines(report))
                    Terminal.Out.WriteLine(line);
            }

            return report.IsComplete ? 0 : Incomplete;
        });
        return command;
    }

    private static EventLogOptions Options(string given)
    {
        var log = Path.Combine(given, "log");
        if (Directory.Exists(log))
            return new() { Directory = log, DataDirectory = given };
        return Directory.Exists(given)
            ? new() { Directory = given }
            : throw new CliException($"There is no directory '{given}'; give the one that 'streambert up' uses (--data).");
    }

    private static IEnumerable<string> Lines(RepairReport report)
    {
        if (report.Problem is not { } problem)
        {
            yield return Text(
                $"Nothing is wrong with the log: its files, and all {report.Recovered:N0} records, are intact. Nothing was changed.");
            yield break;
        }
        yield return $"Found: {problem}";
        yield return Text(
            $"Recovered {report.Recovered:N0} records. The damaged files and this report (repair.json) are kept in '{report.DamagedFiles}'.");
        foreach (var lost in report.Lost)
        {
            yield return Text(
                $"lost: {lost.Topic}/{lost.Partition} offsets {lost.From} to {lost.To - 1} ({lost.To - lost.From:N0} records)");
        }

        if (report.MissingCommits > 0)
            yield return Text($"missing: the last {report.MissingCommits:N0} commits, with {report.MissingRecords:N0} records; nothing of them is left, so the log ends before them");
        if (report.LostEntries > 0)
            yield return Text($"lost: {report.LostEntries:N0} entries of the catalog (topics, partitions or positions of groups)");
        if (report.Unassigned > 0)
            yield return Text($"lost: {report.Unassigned:N0} records of partitions whose names are lost");
        yield return report.IsComplete
            ? "Nothing is lost."
            : "The rest is recorded as lost: readers get it as damaged records, and 'streambert verify' counts it.";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
