using System.IO.Compression;
using System.Security.Cryptography;
using StreamBert.Cli.CommandLine;
using StreamBert.Contracts;

namespace StreamBert.Cli.Files;

/// <summary>
/// A file of text as UTF-8, however it is stored: gzipped or not (its first bytes tell, not its name), in UTF-8 or another encoding.
/// </summary>
internal sealed class SourceFile
{
    /// <summary>What is looked at to recognise encoding, format and separator.</summary>
    private const int SampleBytes = 256 * 1024;

    /// <summary>Of no content.</summary>
    private const int ShortestGzip = 18;

    /// <summary>First bytes of files that people take for tables.</summary>
    private static readonly (byte[] First, string Name)[] Binaries =
    [
        ("PK\u0003\u0004"u8.ToArray(), "a zip archive or an Excel workbook"), ("PAR1"u8
            .ToArray(), "a Parquet file"), ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd"),
        ("BZh"u8.ToArray(), "compressed with bzip2"), ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'], "compressed with xz"), ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook"),
        ("%PDF"u8.ToArray(), "a PDF"), ("SQLite format 3"u8.ToArray(), "an SQLite database"),
    ];

    private SourceFile(string path, string? encoding)
    {
        Path = path;
        using (var file = RegularFile.Open(path))
        {
            Length = file.Length;
            var (first, second) = (file.ReadByte(), file.ReadByte());
            IsGzip = first == 0x1F && second is 0x8B or -1 || (first < 0 && HasGzipName);
        }
        if (IsGzip && Length < ShortestGzip)
            throw new CliException($"'{Path}' is truncated: it has {Length} bytes, which are no gzip data. Copy or download it again.");
        var head = Head(Bytes(out _));
        if (Binaries.FirstOrDefault(binary => head.AsSpan().StartsWith(binary.First)).Name is { } name)
            throw new CliException($"'{path}' is {name}, not text; save it as CSV or JSON Lines.");
        Encoding = TextEncoding.Of(head, encoding, path);
        Sample = Head(Open(out _));
        IsSampleWhole = Sample.Length < SampleBytes;
    }

    public string Path { get; }

    /// <summary>Size on disk in bytes.</summary>
    public long Length { get; }

    public bool IsGzip { get; }

    public TextEncoding Encoding { get; }

    /// <summary>The first of the content, as UTF-8 without a byte order mark.</summary>
    public byte[] Sample { get; }

    /// <summary>Whether there is no more than the sample.</summary>
    public bool IsSampleWhole { get; }

    /// <summary>The file's name without <c>.gz</c>.</summary>
    public string Name => HasGzipName ? System.IO.Path.GetFileName(Path)[..^3] : System.IO.Path.GetFileName(Path);

    /// <summary>How it is stored, where that is not what its name or UTF-8 says.</summary>
    public IEnumerable<string> Surprises
    {
        get
        {
            if (Encoding.Encoding is not null)
                yield return Encoding.Name;
            if (IsGzip != HasGzipName)
                yield return IsGzip ? "gzipped" : "not gzipped";
        }
    }

    private bool HasGzipName => Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="CliException">No such file, or no text.</exception>
    public static SourceFile Open(string path, string? encoding = null)
    {
        if (!File.Exists(path))
        {
            throw new CliException(
                Directory.Exists(path) ? $"'{path}' is a directory; name a file." : $"There is no file '{path}'; check the path.");
        }

        try
        {
            return new(path, encoding);
        }
        catch (NotRegularFileException e)
        {
            throw new CliException($"{e.Message} Or send it to stdin where the command has --input -.", e);
        }
    }

    /// <summary>The content as UTF-8 without a byte order mark.</summary>
    /// <param name="file">Tells how far the file on disk has been read.</param>
    public Stream Open(out Stream file) => new BufferedStream(Encoding.ToUtf8(Bytes(out file)), 1 << 16);

    /// <summary>The lines of a file that is no table.</summary>
    /// <exception cref="CliException">The file is truncated or damaged, or a line is not UTF-8.</exception>
    public IEnumerable<string> Lines()
    {
        using var content = Open(out _);
        using var lines = PlainRows.Read(content, PlainRows.LineEnd(Sample)).GetEnumerator();
        while (Read(lines.MoveNext, "text"))
        {
            yield return lines.Current is { Fields: { } fields }
                ? fields[PlainRows.Column].Value!
                : throw new CliException($"'{Path}', line {lines.Current.Line}: {lines.Current.Fault!.Detail}.");
        }
    }

    /// <summary>SHA-256 of the file's bytes, its first 12 hexadecimal digits.</summary>
    public string ContentHash()
    {
        using var file = RegularFile.Open(Path);
        return Convert.ToHexStringLower(SHA256.HashData(file))[..12];
    }

    /// <summary>What comes of reading the content, with failures of its storage told as what they are.</summary>
    /// <exception cref="CliException">The file is truncated or damaged, or what is read finds it unreadable.</exception>
    public T Read<T>(Func<T> read, string form)
    {
        try
        {
            return read();
        }
        catch (GzipException e)
        {
            throw new CliException($"'{Path}' {e.Message}", e);
        }
        catch (Exception e) when (e is InvalidDataException or CsvHelper.CsvHelperException)
        {
            throw new CliException($"'{Path}' cannot be read as {form}: {e.Message}", e);
        }
    }

    /// <summary>The content as it is stored, unzipped.</summary>
    private Stream Bytes(out Stream file)
    {
        if (!IsGzip)
            return file = RegularFile.Open(Path);
        var content = new GzipContent(Path);
        file = content.BaseStream;
        return content;
    }

    private byte[] Head(Stream content) => Read(
        () =>
        {
            using (content)
            {
                var head = new byte[SampleBytes];
                return head[..content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            }
        },
        "text");
}
