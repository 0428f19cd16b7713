using System.IO.Compression;
using StreamBert.Contracts;

namespace StreamBert.Cli.Files.Encodings;

/// <summary>
/// Decompresses all members of a gzip file. Bytes after the last member (a file appended without compression, a member with a damaged
/// header) are an error; the framework ignores them silently.
/// </summary>
internal sealed class GzipContentStream(string path) : GZipStream(new CompressedFile(path), CompressionMode.Decompress)
{
    /// <summary>Reads decompressed bytes; a derived class receives all kinds of reads through this overload.</summary>
    /// <exception cref="GzipException">The gzip data is truncated or damaged, or other bytes follow it.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = Decompress(buffer, offset, count);
        return read > 0 || count == 0 || ((CompressedFile)BaseStream).IsEndReached ? read : throw new GzipException(
            "cannot be read as text: bytes that are not gzip data follow its gzip data. Was a file appended without compression, or is "
                + "it damaged? Decompress it with 'gzip -dc', check its end, and compress it again.");
    }

    public override int ReadByte()
    {
        var buffer = new byte[1];
        return Read(buffer, 0, 1) == 1 ? buffer[0] : -1;
    }

    private int Decompress(byte[] buffer, int offset, int count)
    {
        try
        {
            return base.Read(buffer, offset, count);
        }
        catch (InvalidDataException e)
        {
            throw new GzipException(
                e.Message.Contains("truncated", StringComparison.Ordinal)
                    ? "is truncated: its gzip data ends early. Copy or download it again."
                    : "is damaged: its gzip data or their checksum are invalid. Copy or download it again.",
                e);
        }
    }

    /// <summary>
    /// Records whether the end of the file was reached: the framework stops earlier only at bytes that do not begin a gzip member.
    /// </summary>
    private sealed class CompressedFile(string path) : FileStream(RegularFile.OpenHandle(path), FileAccess.Read)
    {
        public bool IsEndReached { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = base.Read(buffer, offset, count);
            IsEndReached |= read == 0 && count > 0;
            return read;
        }
    }
}
