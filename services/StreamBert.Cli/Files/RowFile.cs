using System.IO.Compression;
using System.Security.Cryptography;
using StreamBert.Cli.CommandLine;

namespace StreamBert.Cli.Files;

/// <summary>One row of a file. <paramref name="Fields"/> is null when the row cannot be read; <paramref name="Raw"/> always holds its bytes.</summary>
/// <param name="Number">Counts from 1; a header is no row.</param>
/// <param name="Fault">Why it cannot be read.</param>
/// <param name="Position">Bytes of the file read so far (compressed, where it is).</param>
internal sealed record Row(long Number, byte[] Raw, IReadOnlyDictionary<string, string>? Fields, string? Fault, long Position);

/// <summary>A CSV (RFC 4180), JSON Lines or plain text file, possibly gzipped, read row by row in constant memory.</summary>
internal sealed class RowFile
{
    /// <summary>The name of the only column of a plain text file.</summary>
    public const string PlainColumn = "text";
    private const int Sampled = 50;

    private readonly Func<Stream, IEnumerable<(byte[] Raw, IReadOnlyDictionary<string, string>? Fields, string? Fault)>> _read;

    private RowFile(string path, string format)
    {
        Path = path;
        Format = format;
        _read = format switch { "CSV" => CsvRows.Read, "JSON Lines" => JsonRows.Read, _ => PlainRows.Read };
        Length = new FileInfo(path).Length;
        var sample = Rows().Take(Sampled).Where(static row => row.Fields is not null).ToList();
        Columns = [.. sample.SelectMany(static row => row.Fields!.Keys).Distinct()];
    }

    public string Path { get; }

    /// <summary><c>CSV</c>, <c>JSON Lines</c> or <c>plain text</c>.</summary>
    public string Format { get; }

    /// <summary>Size on disk in bytes.</summary>
    public long Length { get; }

    /// <summary>The columns of the first rows; nested JSON fields as dotted paths.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <param name="plainToo">Whether a file of another ending is read as plain text, a text a line.</param>
    /// <exception cref="CliException">No such file, or of no format that can be read here.</exception>
    public static RowFile Open(string path, bool plainToo)
    {
        if (!File.Exists(path))
            throw new CliException(Directory.Exists(path) ? $"'{path}' is a directory; name a file." : $"There is no file '{path}'; check the path.");
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return System.IO.Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".csv" => new(path, "CSV"),
            ".jsonl" or ".ndjson" => new(path, "JSON Lines"),
            _ when plainToo => new(path, "plain text"),
            _ => throw new CliException($"'{path}' is neither .csv, .jsonl nor .ndjson (each also with .gz); rename or convert it."),
        };
    }

    /// <exception cref="CliException">The file cannot be read as what its ending says.</exception>
    public IEnumerable<Row> Rows()
    {
        using var file = File.OpenRead(Path);
        using var content = Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        using var bytes = new BufferedStream(content, 1 << 16);
        long number = 0;
        using var rows = _read(bytes).GetEnumerator();
        while (Next(rows))
            yield return new(++number, rows.Current.Raw, rows.Current.Fields, rows.Current.Fault, file.Position);
    }

    /// <summary>SHA-256 of the file's bytes, its first 12 hexadecimal digits.</summary>
    public string ContentHash()
    {
        using var file = File.OpenRead(Path);
        return Convert.ToHexStringLower(SHA256.HashData(file))[..12];
    }

    /// <summary>The column that holds the text: the named one, else the likeliest.</summary>
    /// <exception cref="CliException">No such column, or none can be guessed; the message says which exist.</exception>
    public string TextColumn(string? named) => Column(named, "--text") ?? Guess.Text(Columns)
        ?? throw new CliException($"Which column of '{Path}' holds the text? Say --text COLUMN; it has: {string.Join(", ", Columns)}.");

    /// <exception cref="CliException">A column was named that does not exist.</exception>
    public string? Column(string? named, string option) => named is null || Columns.Contains(named)
        ? named
        : throw new CliException($"'{Path}' has no column '{named}' ({option}); it has: {string.Join(", ", Columns)}.");

    private bool Next(IEnumerator<(byte[], IReadOnlyDictionary<string, string>?, string?)> rows)
    {
        try
        {
            return rows.MoveNext();
        }
        catch (Exception e) when (e is InvalidDataException or CsvHelper.CsvHelperException)
        {
            throw new CliException($"'{Path}' cannot be read as {Format}: {e.Message}", e);
        }
    }
}
