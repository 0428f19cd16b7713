using System.IO.Compression;

namespace StreamBert.Streaming.Events;

/// <summary>Decompresses what a record holds; a few kilobytes of it may claim to be gigabytes.</summary>
public static class BoundedGzip
{
    /// <summary>More than any checkpoint has.</summary>
    private const int MaxBytes = 256 * 1024 * 1024;

    /// <exception cref="InvalidDataException">It is no gzip, or too large.</exception>
    public static MemoryStream Decompress(byte[] compressed)
    {
        using var zip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        var plain = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = zip.Read(buffer)) > 0;)
        {
            if (plain.Length + read > MaxBytes)
                throw new InvalidDataException($"It decompresses to more than {MaxBytes / 1024 / 1024} MiB.");
            plain.Write(buffer, 0, read);
        }
        plain.Position = 0;
        return plain;
    }
}
