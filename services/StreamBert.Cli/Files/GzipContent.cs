using System.IO.Compression;

namespace StreamBert.Cli.Files;

/// <summary>
/// Unzips all members of a gzip file. What follows them and is no further member (a file appended unzipped, a member with a damaged header) is refused: the
/// framework leaves it out without a word.
/// </summary>
internal sealed class GzipContent(string path) : GZipStream(new Packed(path), CompressionMode.Decompress)
{
    /// <summary>Of a derived class the framework calls this one from its other ways to read.</summary>
    /// <exception cref="InvalidDataException">The gzip data are damaged, or something follows them.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = base.Read(buffer, offset, count);
        return read > 0 || count == 0 || ((Packed)BaseStream).IsEndSeen ? read : throw new InvalidDataException(
            "something follows its gzip data and is none itself. Was a file appended to it unzipped, or is it damaged? Unzip it with 'gzip -dc', look at its end, and compress the whole again.");
    }

    public override int ReadByte()
    {
        var one = new byte[1];
        return Read(one, 0, 1) == 1 ? one[0] : -1;
    }

    /// <summary>After a member the framework reads on to the end of the file, and stops before it only at bytes that begin no member.</summary>
    private sealed class Packed(string path) : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)
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
