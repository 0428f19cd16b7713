using System.CommandLine;
using System.Globalization;
using StreamBert.Cli.Backup;
using StreamBert.Cli.CommandLine;

namespace StreamBert.Cli.Commands;

/// <summary><c>backup</c> and <c>restore</c>: a data directory as it is at one moment, with checksums.</summary>
internal static class BackupCommands
{
    private const int Damaged = 1;

    public static Command Backup()
    {
        var data = new Argument<string>("dir") { Description = "The data directory of 'streambert up', which may be running." };
        var target = new Argument<string>("target") { Description = "Where the backup goes: a directory that does not exist or is empty." };
        var command = new Command("backup", "Copy log, subject keys, models and settings as they are at this moment, also while 'up' runs. Exit code 1: records of the log were damaged before, and so they are in the backup.") { data, target, LogAccess.Config };
        command.SetAction(parsed =>
        {
            var (from, to) = (parsed.GetValue(data)!, parsed.GetValue(target)!);
            var made = DataBackup.Create(from, to, parsed.GetValue(LogAccess.Config), TimeProvider.System);
            Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Backed up '{from}' to '{to}': {made.Records:N0} records of the log, {made.Files.Count:N0} files, {made.Files.Sum(static f => f.Bytes):N0} bytes."));
            if (made.Damaged == 0)
                return 0;
            Terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"streambert: {made.Damaged:N0} records of the log are damaged, in the backup too; 'streambert verify' names them, 'streambert repair {from}' mends the log."));
            return Damaged;
        });
        return command;
    }

    public static Command Restore()
    {
        var backup = new Argument<string>("backup") { Description = "A directory that 'streambert backup' wrote." };
        var data = new Argument<string>("dir") { Description = "The data directory to make: one that does not exist or is empty." };
        var command = new Command("restore", "Check all files of a backup and make a data directory of it. Whole or not at all.") {
            backup,
            data };
        command.SetAction(parsed =>
        {
            var (from, to) = (parsed.GetValue(backup)!, parsed.GetValue(data)!);
            var restored = DataBackup.Restore(from, to);
            Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Restored '{to}' as it was at {restored.At:u}: {restored.Records:N0} records of the log. The state store is rebuilt from it by the next 'streambert up --data {to}'."));
            Terminal.Out.WriteLine("Subjects that were erased after that moment are back: erase them again.");
        });
        return command;
    }
}
