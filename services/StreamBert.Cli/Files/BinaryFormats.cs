namespace StreamBert.Cli.Files;

/// <summary>Recognises binary files that users mistake for tables by their first bytes.</summary>
internal static class BinaryFormats
{
    private static readonly (byte[] Signature, string Name)[] Known =
    [
        ("PK\u0003\u0004"u8.ToArray(), "a zip archive or an Excel workbook"),
        ("PAR1"u8.ToArray(), "a Parquet file"),
        ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd"),
        ("BZh"u8.ToArray(), "compressed with bzip2"),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'], "compressed with xz"),
        ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook"),
        ("%PDF"u8.ToArray(), "a PDF"),
        ("SQLite format 3"u8.ToArray(), "an SQLite database"),
    ];

    /// <returns>A description of the format, or null if the bytes match none.</returns>
    public static string? Find(byte[] prefix) => Known.FirstOrDefault(format => prefix.AsSpan().StartsWith(format.Signature)).Name;
}
