using System.CommandLine;
using StreamBert.Cli.Access;
using StreamBert.Cli.Backup;
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
        var command = new Command(
            "backup",
            "Copy log, subject keys, models and settings at this point in time, also while 'up' runs. "
            + "Exit code 1: the log contains damaged records, and so does the backup.")
        {
            data, target, LogAccess.Config,
        };
        command.SetAction(parsed => Backup(parsed.GetValue(data)!, parsed.GetValue(target)!, parsed.GetValue(LogAccess.Config)));
        return command;
    }

    public static Command CreateRestore()
    {
        var backup = new Argument<string>("backup") { Description = "A directory that 'streambert backup' wrote." };
        var data = new Argument<string>("dir") { Description = "The new data directory, which must not exist or be empty." };
        var command = new Command("restore", "Verify all files of a backup and restore it atomically into a new data "
            + "directory.") { backup, data };
        command.SetAction(parsed => Restore(parsed.GetValue(backup)!, parsed.GetValue(data)!));
        return command;
    }

    private static int Backup(string data, string target, string? settings)
    {
        var manifest = DataBackup.Create(data, target, settings, TimeProvider.System);
        Terminal.Out.WriteLine($"Backed up '{data}' to '{target}': {Format.Count(manifest.Records)} records of the log, "
            + $"{Format.Count(manifest.Files.Count)} files, {Format.Count(manifest.Files.Sum(static file => file.Bytes))} bytes.");
        if (manifest.DamagedRecords == 0)
            return 0;
        Terminal.Error.WriteLine($"streambert: {Format.Count(manifest.DamagedRecords)} records of the log and of the backup are damaged; "
            + $"'streambert verify' lists them, 'streambert repair {data}' repairs the log.");
        return DamagedRecords;
    }

    private static void Restore(string backup, string data)
    {
        var manifest = DataBackup.Restore(backup, data);
        Terminal.Out.WriteLine($"Restored '{data}' as of {Format.Time(manifest.CreatedAt)}: {Format.Count(manifest.Records)} records of "
            + $"the log. The next 'streambert up --data {data}' rebuilds the state store from it.");
        Terminal.Out.WriteLine("Subjects that were erased after that time are readable again: erase them again.");
    }
}
