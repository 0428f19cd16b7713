using System.Text;

namespace StreamBert.Privacy.Keys;

/// <summary>
/// The directory of <c>keys.db </c>: file modes that keep others out, and a marker file that tells a lost key file from none.
/// </summary>
internal sealed class KeyDirectory(string path)
{
    public const string MarkerName = "keys.made";

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>
    /// Closing a file drops the locks that the whole process has on it, SQLite's too: nobody opens it here while another creates it.
    /// </summary>
    private static readonly Lock Creating = new();

    private string Marker => Path.Combine(path, MarkerName);

    /// <summary>Refuses an empty or missing file beside the marker: it was lost, and new keys in its place would hide that.</summary>
    /// <exception cref="KeysDamagedException">The marker exists and the file is empty or missing.</exception>
    public void RequireKnownFile(string file)
    {
        if (File.Exists(Marker) && new FileInfo(file) is not { Exists: true, Length: > 0 })
            throw new KeysDamagedException(file, new FileInfo(file).Exists ? "it is empty" : "it is missing, and it was made here before");
    }

    /// <summary>
    /// Creates the file before SQLite does, so that others can never read it, whatever the umask; SQLite gives the journal the same mode.
    /// Files that exist keep what their group was granted.
    /// </summary>
    public void Protect(string file)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }
        Directory.CreateDirectory(path, Owner | UnixFileMode.UserExecute);
        Create(file);
        foreach (var present in new[] { file, $"{file}-journal", Marker }.Where(File.Exists))
        {
            if (File.GetUnixFileMode(present) is var mode && (mode & ~Group) != Owner)
                File.SetUnixFileMode(present, Owner | (mode & Group));
        }
    }

    /// <summary>Leaves the marker beside a key file that was opened.</summary>
    public void WriteMarker()
    {
        if (File.Exists(Marker))
            return;
        var options = Options(FileMode.OpenOrCreate);
        using var file = new FileStream(Marker, options);
        file.Write(Encoding.UTF8.GetBytes(
            $"The keys of the subjects are in {KeyFile.Name} beside this file. If that file is missing, restore it from its backup; "
            + "to start again without what was sealed, delete this file too.\n"));
    }

    private static void Create(string file)
    {
        lock (Creating)
        {
            try
            {
                new FileStream(file, Options(FileMode.CreateNew)).Dispose();
            }
            catch (IOException) when (File.Exists(file))
            {
                // It exists already.
            }
        }
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Owner;
        return options;
    }
}
