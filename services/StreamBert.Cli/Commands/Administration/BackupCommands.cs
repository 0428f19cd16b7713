using System.CommandLine;
using StreamBert.Cli.Access;
using StreamBert.Cli.Backup;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Commands.Administration;

/// <summary>Defines <c>backup</c> and <c>restore</c>, which copy a data directory at one point in time, with checksums.</summary>
internal static class BackupCommands
{
    private const int DamagedRecords = 1;

    public static Command CreateBackup()
    {
        var data = new Argument<string>("dir") { Description = "The data directory of 'streambert up', which may be running." };
        var target = new Argument<string>("target") { Description = "The directory of the backup, which must not exist or be empty." };
        var json = JsonOption.Create();
        var command = new Command(
            "backup",
            "Copy log, subject keys, models and settings at this point in time, also while 'up' runs. "
            + "Exit code 1: the log contains damaged records, and so does the backup.")
        {
            data, target, LogAccess.Config, json,
        };
        command.SetAction(parsed =>
        {
            var (source, copy) = (parsed.GetValue(data)!, parsed.GetValue(target)!);
            var manifest = DataBackup.Create(source, copy, parsed.GetValue(LogAccess.Config), TimeProvider.System);
            parsed.Write(json, BackupDescription.Of(copy, manifest), summary => Terminal.Out.WriteLine(
                $"Backed up '{source}' to '{copy}': {Format.Count(summary.Records)} records of the log, "
                + $"{Format.Count(summary.Files)} files, {Format.Count(summary.Bytes)} bytes."));
            return ReportDamage(source, manifest);
        });
        return command;
    }

    public static Command CreateRestore()
    {
        var backup = new Argument<string>("backup") { Description = "A directory that 'streambert backup' wrote." };
        var data = new Argument<string>("dir") { Description = "The new data directory, which must not exist or be empty." };
        var json = JsonOption.Create();
        var command = new Command("restore", "Verify all files of a backup and restore it atomically into a new data "
            + "directory.") { backup, data, json };
        command.SetAction(parsed =>
        {
            var target = parsed.GetValue(data)!;
            var manifest = DataBackup.Restore(parsed.GetValue(backup)!, target);
            parsed.Write(json, BackupDescription.Of(target, manifest), WriteRestored);
        });
        return command;
    }

    private static int ReportDamage(string data, BackupManifest manifest)
    {
        if (manifest.DamagedRecords == 0)
            return 0;
        Terminal.Error.WriteLine($"streambert: {Format.Count(manifest.DamagedRecords)} records of the log and of the backup are damaged; "
            + $"'streambert verify' lists them, 'streambert repair {data}' repairs the log.");
        return DamagedRecords;
    }

    private static void WriteRestored(BackupDescription summary)
    {
        Terminal.Out.WriteLine(
            $"Restored '{summary.Directory}' as of {Format.Time(summary.CreatedAt)}: {Format.Count(summary.Records)} records of "
            + $"the log. The next 'streambert up --data {summary.Directory}' rebuilds the state store from it.");
        Terminal.Out.WriteLine("Subjects that were erased after that time are readable again: erase them again.");
    }
}
