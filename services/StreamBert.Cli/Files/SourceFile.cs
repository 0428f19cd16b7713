using System.Security.Cryptography;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files.Encodings;
using StreamBert.Cli.Files.Rows;
using StreamBert.Contracts;

namespace StreamBert.Cli.Files;

/// <summary>
/// Reads a text file as UTF-8, whether or not it is compressed with gzip (its first bytes decide, not its name) and whatever its character
/// encoding.
/// </summary>
internal sealed class SourceFile
{
    /// <summary>The size of the sample from which encoding, format and separator are detected, in bytes.</summary>
    private const int SampleBytes = 256 * 1024;

    /// <summary>The size of a gzip file without content, in bytes.</summary>
    private const int MinGzipBytes = 18;

    private const int BufferBytes = 1 << 16;
    private const int HashDigits = 12;
    private const string GzipExtension = ".gz";

    private SourceFile(string path, string? encoding)
    {
        Path = path;
        (Length, IsGzip) = InspectStorage(path);
        if (IsGzip && Length < MinGzipBytes)
        {
            throw new CliException($"'{Path}' is truncated: it has {Length} bytes, which is less than any gzip file. Copy or download it "
                + "again.");
        }
        var prefix = ReadPrefix(OpenStored(out _));
        if (BinaryFormats.Find(prefix) is { } format)
            throw new CliException($"'{path}' is {format}, not text; save it as CSV or JSON Lines.");
        Encoding = TextEncoding.Detect(prefix, encoding, path);
        Sample = ReadPrefix(OpenContent(out _));
        IsSampleComplete = Sample.Length < SampleBytes;
    }

    public string Path { get; }

    /// <summary>The size on disk, in bytes.</summary>
    public long Length { get; }

    public bool IsGzip { get; }

    public TextEncoding Encoding { get; }

    /// <summary>The beginning of the content, as UTF-8 without a byte order mark.</summary>
    public byte[] Sample { get; }

    /// <summary>Whether the sample contains the whole content.</summary>
    public bool IsSampleComplete { get; }

    /// <summary>The name of the file without <c>.gz</c>.</summary>
    public string Name => HasGzipName ? System.IO.Path.GetFileName(Path)[..^GzipExtension.Length] : System.IO.Path.GetFileName(Path);

    /// <summary>The properties that differ from what the name suggests and from UTF-8.</summary>
    public IEnumerable<string> Deviations
    {
        get
        {
            if (Encoding.Encoding is not null)
                yield return Encoding.Name;
            if (IsGzip != HasGzipName)
                yield return IsGzip ? "gzipped" : "not gzipped";
        }
    }

    private bool HasGzipName => Path.EndsWith(GzipExtension, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="CliException">The file does not exist or is not text.</exception>
    public static SourceFile Open(string path, string? encoding = null)
    {
        if (!File.Exists(path))
        {
            throw new CliException(Directory.Exists(path) ? $"'{path}' is a directory; give a file." : $"The file '{path}' does not "
                + "exist; check the path.");
        }
        try
        {
            return new(path, encoding);
        }
        catch (NotRegularFileException e)
        {
            throw new CliException($"{e.Message} Or send it to stdin if the command accepts --input -.", e);
        }
    }

    /// <summary>Opens the content as UTF-8 without a byte order mark.</summary>
    /// <param name="file">The underlying file; its position is the number of bytes read from disk.</param>
    public Stream OpenContent(out Stream file) => new BufferedStream(Encoding.ToUtf8(OpenStored(out file)), BufferBytes);

    /// <summary>Reads the lines of a file that is not a table.</summary>
    /// <exception cref="CliException">The file is truncated or damaged, or a line is not UTF-8.</exception>
    public IEnumerable<string> ReadLines()
    {
        using var content = OpenContent(out _);
        using var lines = PlainRows.Read(content, PlainRows.DetectLineEnd(Sample)).GetEnumerator();
        while (Read(lines.MoveNext, "text"))
        {
            yield return lines.Current is { Fields: { } fields }
                ? fields[PlainRows.Column].Value!
                : throw new CliException($"'{Path}', line {lines.Current.Line}: {lines.Current.Fault!.Detail}.");
        }
    }

    /// <summary>Computes the SHA-256 of the stored bytes.</summary>
    /// <returns>The first 12 hexadecimal digits.</returns>
    public string ComputeHash()
    {
        using var file = RegularFile.Open(Path);
        return Convert.ToHexStringLower(SHA256.HashData(file))[..HashDigits];
    }

    /// <summary>Runs a read operation and converts its failures into messages that name the file.</summary>
    /// <param name="format">The format that the content is read as.</param>
    /// <exception cref="CliException">The file is truncated or damaged, or its content is not in the given format.</exception>
    public T Read<T>(Func<T> read, string format)
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
            throw new CliException($"'{Path}' cannot be read as {format}: {e.Message}", e);
        }
    }

    private (long Length, bool IsGzip) InspectStorage(string path)
    {
        using var file = RegularFile.Open(path);
        var (first, second) = (file.ReadByte(), file.ReadByte());
        return (file.Length, first == 0x1F && second is 0x8B or -1 || (first < 0 && HasGzipName));
    }

    /// <summary>Opens the decompressed content in its stored encoding.</summary>
    private Stream OpenStored(out Stream file)
    {
        if (!IsGzip)
        {
            file = RegularFile.Open(Path);
            return file;
        }
        var content = new GzipContentStream(Path);
        file = content.BaseStream;
        return content;
    }

    private byte[] ReadPrefix(Stream content)
    {
        using (content)
        {
            return Read(
                () =>
                {
                    var prefix = new byte[SampleBytes];
                    return prefix[..content.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false)];
                },
                "text");
        }
    }
}
