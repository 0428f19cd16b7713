using System.Runtime.InteropServices;

namespace StreamBert.Training.Runs;

/// <summary>Lets training take only the processor time that nothing else wants: inference in the same process comes first.</summary>
internal static class LowPriority
{
    private const int Nice = 10;

    /// <summary>Lowers the priority of the calling thread, for good: it must be one of the caller's own.</summary>
    public static void Enter()
    {
        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        if (OperatingSystem.IsLinux())
            _ = SetPriority(which: 0, who: 0, Nice); // .NET leaves priorities alone on Linux; there, 0 and 0 mean the calling thread
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SetPriority(int which, int who, int nice);
}
