using System.Runtime.InteropServices;

namespace StreamBert.Training.Runs;

/// <summary>Lowers the priority of training, so that inference in the same process gets the processor first.</summary>
internal static class LowPriorityThread
{
    private const int Nice = 10;

    /// <summary>Lowers the priority of the calling thread permanently; the thread must belong to the caller.</summary>
    public static void Enter()
    {
        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        if (OperatingSystem.IsLinux())
            _ = SetPriority(which: 0, who: 0, Nice); // .NET ignores thread priorities on Linux; 0 and 0 mean the calling thread
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SetPriority(int which, int who, int nice);
}
