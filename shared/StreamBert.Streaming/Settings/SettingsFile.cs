using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Settings;

/// <summary>
/// A settings file as it was read last; the configuration reads it again whenever a source is added. Only regular files of limited size are
/// read.
/// </summary>
public sealed class SettingsFile : IFileProvider, IFileInfo
{
    private const long MaxBytes = 16 * 1024 * 1024;
    private readonly string _path;
    private volatile byte[]? _bytes;

    /// <exception cref="IOException">There is no such file, it is not a regular file, or it is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    internal SettingsFile(string path) => (_path, _bytes) = (path, RegularFile.Bytes(path, MaxBytes));

    /// <inheritdoc/>
    public bool Exists => _bytes is not null;

    /// <inheritdoc/>
    public long Length => _bytes?.Length ?? -1;

    /// <inheritdoc/>
    public string? PhysicalPath => null;

    /// <inheritdoc/>
    public string Name => Path.GetFileName(_path);

    /// <inheritdoc/>
    public DateTimeOffset LastModified => default;

    /// <inheritdoc/>
    public bool IsDirectory => false;

    /// <summary>Reads the file again. A file that was removed has no settings.</summary>
    /// <exception cref="IOException">The file is no longer a regular file, or it is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public void Refresh() => _bytes = File.Exists(_path) ? RegularFile.Bytes(_path, MaxBytes) : null;

    /// <inheritdoc/>
    public Stream CreateReadStream() => new MemoryStream(_bytes ?? [], writable: false);

    /// <inheritdoc/>
    public IFileInfo GetFileInfo(string subpath) => this;

    /// <inheritdoc/>
    public IDirectoryContents GetDirectoryContents(string subpath) => NotFoundDirectoryContents.Singleton;

    /// <inheritdoc/>
    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;
}
