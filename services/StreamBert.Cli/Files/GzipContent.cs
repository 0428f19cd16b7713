using System.IO.Compression;
using StreamBert.Contracts;

namespace StreamBert.Cli.Files;

/// <summary>
/// Unzips all members of a gzip file. What follows them and is no further member (a file appended unzipped, a member with a damaged header)
/// is refused: the
/// framework leaves it out without a word.
/// </summary>
internal sealed class GzipContent(string path) : GZipStream(new Packed(path), CompressionMode.Decompress)
{
    /// <summary>Of a derived class the framework calls this one from its other ways to read.</summary>
    /// <exception cref="GzipException">The gzip data are truncated or damaged, or something follows them.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = Unzip(buffer, offset, count);
        return read > 0 || count == 0 || ((Packed)BaseStream).IsEndSeen ? read : throw new GzipException(
            "cannot be read as text: something follows its gzip data and is none itself. Was a file appended to it unzipped, or is it damaged? "
            + "Unzip it with 'gzip -dc', look at its end, and compress the whole again.");
    }

    public override int ReadByte()
    {
        var one = new byte[1];
        return Read(one, 0, 1) == 1 ? one[0] : -1;
    }

    private int Unzip(byte[] buffer, int offset, int count)
    {
        try
        {
            return base.Read(buffer, offset, count);
        }
        catch (InvalidDataException e)
        {
            throw new GzipException(e.Message.Contains("truncated", StringComparison.Ordinal)
                ? "is truncated: its gzip data breaks off. Copy or download it again."
                : "is damaged: its gzip data or their checksum are wrong. Copy or download it again.", e);
        }
    }

    /// <summary>
    /// After a member the framework reads on to the end of the file, and stops before it only at bytes that begin no member.
    /// </summary>
    private sealed class Packed(string path) : FileStream(RegularFile.OpenHandle(path), FileAccess.Read)
    {
        public bool IsEndSeen { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = base.Read(buffer, offset, count);
            IsEndSeen |= read == 0 && count > 0;
            return read;
        }
    }
}

/// <summary>Why a gzip file cannot be unzipped; the message follows the name of the file.</summary>
internal sealed class GzipException(string message, Exception? inner = null) : IOException(message, inner);
