using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace StreamBert.Contracts;

/// <summary>
/// Opens files that users name, for reading: regular files only, also through a symbolic link. A FIFO without a writer must not block and a
/// device without an end must not fill memory: the file is examined after it is opened and before it is read, so replacing it between has
/// no effect. Sizes are limited by the bytes read, not by the size that the file system reports.
/// </summary>
public static class RegularFile
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">The file does not exist, cannot be read, or is not a regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read it.</exception>
    public static FileStream Open(string path)
    {
        var handle = OpenHandle(path);
        try
        {
            return new(handle, FileAccess.Read);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="Open"/>
    public static SafeFileHandle OpenHandle(string path) => OperatingSystem.IsWindows() ? WindowsFile.Open(path) : UnixFile.Open(path);

    /// <summary>Reads a file of at most <paramref name="most"/> bytes.</summary>
    /// <exception cref="IOException">The file does not exist, cannot be read, is not a regular file, or has more bytes.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static byte[] Bytes(string path, long most)
    {
        using var file = Open(path);
        using var read = new MemoryStream();
        var buffer = new byte[BufferBytes];
        while (file.Read(buffer) is > 0 and var count)
        {
            if (read.Length + count > most)
                throw new IOException($"'{path}' has more than {most:N0} bytes, the limit of such a file.");
            read.Write(buffer, 0, count);
        }
        return read.ToArray();
    }

    /// <summary>Reads the text of such a file, in UTF-8 unless its byte-order mark says otherwise.</summary>
    /// <inheritdoc cref="Bytes"/>
    public static string Text(string path, long most, Encoding? encoding = null)
    {
        using var reader = new StreamReader(new MemoryStream(Bytes(path, most)), encoding ?? Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Reads the lines of such a file.</summary>
    /// <inheritdoc cref="Bytes"/>
    public static IEnumerable<string> Lines(string path, long most, Encoding? encoding = null)
    {
        using var reader = new StringReader(Text(path, most, encoding));
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    /// <summary>Copies the bytes of a file.</summary>
    /// <inheritdoc cref="Open"/>
    public static void Copy(string path, string target, bool overwrite = false)
    {
        using var from = Open(path);
        using var to = new FileStream(target, overwrite ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
        from.CopyTo(to);
    }

    /// <summary>Examines a file without opening it, for libraries that open it by its path.</summary>
    /// <exception cref="NotRegularFileException">The file exists and is not a regular file.</exception>
    public static void Require(string path)
    {
        if (OperatingSystem.IsWindows())
            WindowsFile.Require(path);
        else
            UnixFile.Require(path);
    }

    private static class WindowsFile
    {
        private const string Devices = @"\\.\";

        public static SafeFileHandle Open(string path)
        {
            Require(path);
            return File.OpenHandle(path, options: FileOptions.RandomAccess);
        }

        public static void Require(string path)
        {
            var full = Path.GetFullPath(path);
            if (full.StartsWith(Devices, StringComparison.Ordinal)
                || (File.Exists(full) && File.GetAttributes(full).HasFlag(FileAttributes.Device)))
            {
                throw new NotRegularFileException(path, "a device or a pipe");
            }
        }
    }

    private static class UnixFile
    {
        // Of Linux and macOS alike.
        private const int NoPermission = 1, NoSuchFile = 2, NoSuchDevice = 6, NoAccess = 13, NotADirectory = 20;

        private const int TypeMask = 0xF000, Fifo = 0x1000, CharacterDevice = 0x2000, Directory = 0x4000, BlockDevice = 0x6000, Regular
            = 0x8000;

        /// <summary>Room for the runtime's own description of a file, of which only the mode is read.</summary>
        private const int StatusBytes = 512, ModeAt = 4;

        /// <summary>O_RDONLY | O_CLOEXEC | O_NONBLOCK: with the last, opening a FIFO waits for nobody.</summary>
        private static readonly int ReadWithoutWaiting = OperatingSystem.IsMacOS() ? 0x1000000 | 0x4 : 0x80000 | 0x800;

        public static SafeFileHandle Open(string path)
        {
            var descriptor = OpenDescriptor(Native(path), ReadWithoutWaiting);
            if (descriptor < 0)
                throw Failed(path, Marshal.GetLastPInvokeError());
            var handle = new SafeFileHandle(descriptor, ownsHandle: true);
            var status = new byte[StatusBytes];
            if (StatusOf(descriptor, status) == 0 && Kind(status) is null)
            {
                _ = SetNonBlocking(descriptor, 0);
                return handle;
            }
            handle.Dispose();
            throw new NotRegularFileException(path, Kind(status) ?? "nothing that can be examined");
        }

        public static void Require(string path)
        {
            var status = new byte[StatusBytes];
            if (StatusAt(Native(path), status) == 0 && Kind(status) is { } kind)
                throw new NotRegularFileException(path, kind);
        }

        /// <returns>Null for a regular file.</returns>
        private static string? Kind(byte[] status) => (BitConverter.ToInt32(status, ModeAt) & TypeMask) switch
        {
            Regular => null,
            Directory => "a directory",
            Fifo => "a pipe (FIFO)",
            CharacterDevice or BlockDevice => "a device",
            _ => "a socket or another special file",
        };

        private static byte[] Native(string path) => Encoding.UTF8.GetBytes(Path.GetFullPath(path) + '\0');

        private static Exception Failed(string path, int error) => error switch
        {
            NoSuchFile or NotADirectory => new FileNotFoundException($"There is no file '{path}'.", path),
            NoAccess or NoPermission => new UnauthorizedAccessException($"Access to '{path}' is denied."),
            NoSuchDevice => new NotRegularFileException(path, "a socket or a device"),
            _ => new IOException($"'{path}' cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}."),
        };

        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int OpenDescriptor(byte[] path, int flags);

        // The runtime's own shims, which know the layouts of every platform.
        [DllImport("libSystem.Native", EntryPoint = "SystemNative_FStat", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
        private static extern int StatusOf(nint descriptor, byte[] status);

        [DllImport("libSystem.Native", EntryPoint = "SystemNative_Stat", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
        private static extern int StatusAt(byte[] path, byte[] status);

        [DllImport("libSystem.Native", EntryPoint = "SystemNative_FcntlSetIsNonBlocking", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
        private static extern int SetNonBlocking(nint descriptor, int isNonBlocking);
    }
}
