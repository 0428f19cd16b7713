using System.Diagnostics;

namespace StreamBert.Tests.Abuse;

/// <summary>Mounts a file system of a few megabytes in memory (tmpfs), and skips the test if it cannot be mounted.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly DirectoryInfo _directory;

    private SmallDisk(DirectoryInfo directory) => _directory = directory;

    public string this[string name] => Path.Combine(_directory.FullName, name);

    private string Filler => this["filler"];

    public static SmallDisk Mount(int megabytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A tmpfs is a thing of Linux.");
        var directory = Directory.CreateTempSubdirectory("streambert-disk-");
        if (Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", directory.FullName))
            return new(directory);
        directory.Delete();
        Assert.Skip("A tmpfs cannot be mounted here: that takes root (CAP_SYS_ADMIN).");
        return null!;
    }

    /// <summary>Fills the remaining space.</summary>
    public void Fill()
    {
        var block = new byte[4096];
        using var filler = new FileStream(
            Filler,
            new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 });
        try
        {
            while (true)
                filler.Write(block);
        }
        catch (IOException)
        {
            // full
        }
    }

    public void Free() => File.Delete(Filler);

    public void Dispose()
    {
        Run("umount", "-l", _directory.FullName);
        _directory.Delete();
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
