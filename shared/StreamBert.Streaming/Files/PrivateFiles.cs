using System.Runtime.InteropServices;

namespace StreamBert.Streaming.Files;

/// <summary>
/// Creates files and directories that only the user of this process may read: texts, keys and models. The modes do not depend on the
/// process's umask. Windows keeps its own access rules.
/// </summary>
public static class PrivateFiles
{
    private const UnixFileMode File600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Directory700 = File600 | UnixFileMode.UserExecute;
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private const UnixFileMode Wider = Others | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    /// <summary>Creates a directory with mode 0700, and its missing parents; an existing directory keeps its mode.</summary>
    public static void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
            return;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent)
            CreateDirectory(parent);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, Directory700);
    }

    /// <summary>
    /// Creates an empty file with mode 0600, unless it exists, before another library creates it with another mode.
    /// </summary>
    public static void Create(string path)
    {
        if (!File.Exists(path))
            Open(path, FileMode.OpenOrCreate).Dispose();
    }

    /// <summary>Opens a file for writing; a new file gets mode 0600.</summary>
    public static FileStream Open(string path, FileMode mode, FileShare share = FileShare.ReadWrite)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = mode == FileMode.Append ? FileAccess.Write : FileAccess.ReadWrite,
            Share = share
        };
        if (OperatingSystem.IsWindows())
            return new(path, options);
        options.UnixCreateMode = File600;
        return new(path, options);
    }

    /// <summary>Removes the access of all other users from a directory and its contents. Links are not followed.</summary>
    /// <returns>The paths that other users had access to, with their modes.</returns>
    /// <exception cref="UnauthorizedAccessException">A path belongs to another user and is open to everybody.</exception>
    public static IReadOnlyList<string> Restrict(string directory)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(directory))
            return [];
        var all = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
            IgnoreInaccessible = true
        };
        return [.. Directory.EnumerateFileSystemEntries(directory, "*", all).Prepend(directory).Select(Restricted).OfType<string>()];
    }

    /// <summary>Makes everything that this process creates from now on readable by its user only, whichever library creates it.</summary>
    public static void RestrictUmask()
    {
        if (!OperatingSystem.IsWindows())
            _ = Umask((uint)Wider);
    }

    private static string? Restricted(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        try
        {
            var mode = File.GetUnixFileMode(path);
            if ((mode & Wider) == 0)
                return null;
            TryRestrict(path, mode);
            return $"{path} ({Convert.ToString((int)mode, 8)})";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // it was removed in the meantime
        }
    }

    /// <summary>The root of a volume may belong to another user; what only a group may read there is reported, not rejected.</summary>
    private static void TryRestrict(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
            return;
        try
        {
            File.SetUnixFileMode(path, mode & ~Wider);
        }
        catch (UnauthorizedAccessException e) when ((mode & Others) != 0)
        {
            throw new UnauthorizedAccessException(
                $"Everybody on this machine has access to '{path}' (mode {Convert.ToString((int)mode, 8)}), which belongs to another "
                    + $"user. It holds texts or keys: let its owner take that access away (chmod o-rwx '{path}'), or use another "
                    + $"directory.", e);
        }
        catch (UnauthorizedAccessException)
        {
            // The group keeps what its administrator gave it; the caller warns.
        }
    }

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint Umask(uint mask);
}
