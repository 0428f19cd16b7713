using System.IO.Compression;

namespace StreamBert.Streaming.Events;

/// <summary>Decompresses the value of a record up to a limit: a few kilobytes may decompress to gigabytes.</summary>
public static class BoundedGzip
{
    /// <summary>The limit, which is larger than any checkpoint.</summary>
    private const int MaxBytes = 256 * 1024 * 1024;

    /// <summary>Decompresses gzip data.</summary>
    /// <exception cref="InvalidDataException">The data are not gzip, or too large.</exception>
    public static MemoryStream Decompress(byte[] compressed)
    {
        using var zip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        var plain = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = zip.Read(buffer)) > 0;)
        {
            if (plain.Length + read > MaxBytes)
                throw new InvalidDataException($"The value decompresses to more than {MaxBytes / 1024 / 1024} MiB.");
            plain.Write(buffer, 0, read);
        }
        plain.Position = 0;
        return plain;
    }
}
