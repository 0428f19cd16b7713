using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Settings;

/// <summary>
/// A file of settings as it was read last; the configuration asks for it again whenever a source is added. Only regular files are read, and
/// no more than so much of one.
/// </summary>
public sealed class SettingsFile : IFileProvider, IFileInfo
{
    private const long MaxBytes = 16 * 1024 * 1024;
    private readonly string _path;
    private volatile byte[]? _bytes;

    /// <exception cref="IOException">There is no such file, it is no regular file, or it is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    internal SettingsFile(string path) => (_path, _bytes) = (path, RegularFile.Bytes(path, MaxBytes));

    public bool Exists => _bytes is not null;
    public long Length => _bytes?.Length ?? -1;
    public string? PhysicalPath => null;
    public string Name => Path.GetFileName(_path);
    public DateTimeOffset LastModified => default;
    public bool IsDirectory => false;

    /// <summary>Reads the file again. One that is not there any more holds nothing.</summary>
    /// <exception cref="IOException">It is no regular file any more, or too large.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public void Refresh() => _bytes = File.Exists(_path) ? RegularFile.Bytes(_path, MaxBytes) : null;

    public Stream CreateReadStream() => new MemoryStream(_bytes ?? [], writable: false);

    public IFileInfo GetFileInfo(string subpath) => this;

    public IDirectoryContents GetDirectoryContents(string subpath) => NotFoundDirectoryContents.Singleton;

    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;
}
