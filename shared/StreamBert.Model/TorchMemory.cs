using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StreamBert.Model;

/// <summary>
/// Limits libtorch's memory. oneDNN caches a compiled kernel for each of the last 1,024 input shapes; padding-free batches hardly ever
/// repeat a shape, so the cache has no benefit and grows to hundreds of megabytes (gigabytes in training). It must be limited before
/// libtorch is loaded.
/// </summary>
internal static partial class TorchMemory
{
    private const string CacheCapacityVariable = "ONEDNN_PRIMITIVE_CACHE_CAPACITY";
    private const string CacheCapacity = "16";

#pragma warning disable CA2255 // Nothing else in this assembly runs before libtorch may be loaded.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void LimitKernelCache()
    {
        if (Environment.GetEnvironmentVariable(CacheCapacityVariable) is not null) return;
        if (OperatingSystem.IsWindows()) Environment.SetEnvironmentVariable(CacheCapacityVariable, CacheCapacity);
        // On Unix .NET changes only its own copy of the environment, which native code does not see.
        else _ = SetEnvironment(CacheCapacityVariable, CacheCapacity, overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
