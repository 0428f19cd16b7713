using System.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Cli.Settings;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded.Repair;

namespace StreamBert.Cli.Commands.Administration;

/// <summary>Defines <c>repair</c>, which recovers the readable records of a damaged log and lists the others.</summary>
internal static class RepairCommand
{
    private const int Incomplete = 1;

    public static Command Create()
    {
        var directory = new Argument<string>("dir")
        {
            Description = "The data directory of 'streambert up', or the directory of the log (Log:Directory). No process may be using it.",
        };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var command = new Command(
            "repair",
            "Recover all readable records of a damaged embedded log into a new one; offsets and committed offsets stay, and the damaged "
                + "files are kept. Also accepts and records missing commits. "
            + "Exit code 0: nothing was damaged, or all was recovered; 1: recovered except for what is listed; 3: a process uses it; 4: "
            + "nothing can be recovered.")
        {
            directory, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var report = await LogRepair.RunAsync(GetOptions(parsed.GetValue(directory)!), TimeProvider.System, cancellation);
            if (parsed.GetValue(json))
                Terminal.WriteJson(report);
            else
                Print(report);
            return report.IsComplete ? 0 : Incomplete;
        });
        return command;
    }

    private static EventLogOptions GetOptions(string directory)
    {
        var log = Path.Combine(directory, DataDirectory.Log);
        if (Directory.Exists(log))
            return new() { Directory = log, DataDirectory = directory };
        return Directory.Exists(directory)
            ? new() { Directory = directory }
            : throw new CliException($"The directory '{directory}' does not exist; give the data directory of 'streambert up' (--data).");
    }

    private static void Print(RepairReport report)
    {
        foreach (var line in Describe(report))
            Terminal.Out.WriteLine(line);
    }

    private static IEnumerable<string> Describe(RepairReport report)
    {
        var recovered = Format.Count(report.Recovered);
        if (report.Problem is not { } problem)
            return [$"The log is intact: its files and all {recovered} records. Nothing was changed."];
        return
        [
            $"Found: {problem}",
            $"Recovered {recovered} records. The damaged files and this report (repair.json) are kept in '{report.DamagedFiles}'.",
            .. DescribeLosses(report),
            report.IsComplete
                ? "Nothing is lost."
                : "The other records are recorded as lost: readers receive them as damaged records, and 'streambert verify' counts them.",
        ];
    }

    private static IEnumerable<string> DescribeLosses(RepairReport report)
    {
        foreach (var lost in report.Lost)
        {
            var records = Format.Count(lost.To - lost.From);
            yield return $"lost: {lost.Topic}/{lost.Partition} offsets {lost.From} to {lost.To - 1} ({records} records)";
        }
        if (report.MissingCommits > 0)
        {
            yield return $"missing: the last {Format.Count(report.MissingCommits)} commits, with "
                + $"{Format.Count(report.MissingRecords)} records; the log now ends before them";
        }
        if (report.LostEntries > 0)
            yield return $"lost: {Format.Count(report.LostEntries)} entries of the catalog (topics, partitions or committed offsets)";
        if (report.Unassigned > 0)
            yield return $"lost: {Format.Count(report.Unassigned)} records of partitions whose names are lost";
    }
}
