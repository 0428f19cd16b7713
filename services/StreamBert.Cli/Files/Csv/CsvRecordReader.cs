using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace StreamBert.Cli.Files.Csv;

/// <summary>
/// Reads records according to RFC 4180. A quote inside an unquoted field is a literal quote. A field that begins with a quote must end with
/// one; otherwise only the lines up to that point are invalid, and reading resumes at the next line, so that a missing quote does not
/// consume the rows after it.
/// </summary>
internal sealed class CsvRecordReader : IDisposable
{
    /// <summary>A record with more columns indicates that the file is not a table of texts; its fields are empty.</summary>
    public const int MaxColumns = 1_000;

    /// <summary>A longer field indicates a quote that was never closed.</summary>
    private const int MaxFieldChars = 32 * 1024 * 1024;
    private const string UnclosedQuote = "a quoted field is never closed";
    private const string TextAfterQuote = "text follows the closing quote of a field; a quote inside a field must be written as two";

    private readonly CsvConfiguration _configuration;
    private readonly RewindableReader _reader;
    private CsvParser _parser;
    private string? _badField;
    private long _line = 1;

    public CsvRecordReader(Stream content, char separator)
    {
        _configuration = new(CultureInfo.InvariantCulture)
        {
            Mode = CsvMode.RFC4180,
            Delimiter = separator.ToString(),
            BadDataFound = bad => _badField = bad.Field,
            MaxFieldSize = MaxFieldChars,
            IgnoreBlankLines = true,
        };
        _reader = new(content);
        _parser = CreateParser();
    }

    public IEnumerable<CsvRecord> Read()
    {
        while (ReadNext() is { } record)
            yield return record;
    }

    public void Dispose()
    {
        _parser.Dispose();
        _reader.Dispose();
    }

    private CsvRecord? ReadNext()
    {
        try
        {
            if (!_parser.Read())
                return null;
        }
        catch (MaxFieldSizeException)
        {
            SkipBlankLines();
            var lineEnd = FindLineEnd(_reader.Buffered, 0)
                ?? throw new InvalidDataException($"line {_line} is longer than {MaxFieldChars / (1024 * 1024)} MiB.");
            return RestartAfter(lineEnd, UnclosedQuote);
        }
        SkipBlankLines();
        return ReadFields() is { } fields
            ? CreateRecord(_parser.RawRecord.Length, fields, null)
            : CreateInvalidRecord(_parser.RawRecord, _badField!);
    }

    /// <returns>
    /// The fields, or null if a field begins with a quote and does not end with one; <see cref="_badField"/> contains it then.
    /// </returns>
    private string[]? ReadFields()
    {
        var fields = new string[_parser.Count];
        for (var index = 0; index < fields.Length && fields.Length <= MaxColumns; index++)
        {
            _badField = null;
            fields[index] = _parser[index];
            if (_badField is ['"', ..])
                return null;
            fields[index] = _badField ?? fields[index];
        }
        return fields;
    }

    /// <summary>
    /// Decides what a quote inside the field means: either it closes the field and text follows it, or, if it is on a later line and looks
    /// like an opening quote, the quote of this field was never closed.
    /// </summary>
    private CsvRecord CreateInvalidRecord(string raw, string field)
    {
        var quote = 1;
        while ((quote = field.IndexOf('"', quote)) >= 0 && quote + 1 < field.Length && field[quote + 1] == '"')
            quote += 2;
        var isClosed = quote > 0 && (FindLineEnd(field, 0) is not { } end || end > quote || !CanPrecedeOpeningQuote(field[quote - 1]));
        return isClosed
            ? CreateRecord(raw.Length, [], TextAfterQuote)
            : RestartAfter(FindLineEnd(raw, raw.IndexOf(field, StringComparison.Ordinal)) ?? raw.Length, UnclosedQuote);
    }

    private bool CanPrecedeOpeningQuote(char character) =>
        character is ' ' or '(' or '[' or '\r' or '\n' || character == _configuration.Delimiter[0];

    private CsvRecord RestartAfter(int length, string fault)
    {
        var record = CreateRecord(length, [], fault);
        _reader.Rewind();
        _parser.Dispose();
        _parser = CreateParser();
        return record;
    }

    private void SkipBlankLines() => Advance(_reader.Buffered.Length - _reader.Buffered.TrimStart("\r\n").Length);

    private CsvRecord CreateRecord(int length, string[] fields, string? fault)
    {
        var record = new CsvRecord(_line, _reader.Buffered[..length].TrimEnd("\r\n").ToString(), fields, fault);
        Advance(length);
        return record;
    }

    private void Advance(int length)
    {
        var skipped = _reader.Buffered[..length];
        for (var end = 0; end < length && FindLineEnd(skipped, end) is { } next; end = next)
            _line++;
        _reader.Advance(length);
    }

    /// <returns>The position after the next line ending, or null if there is none.</returns>
    private static int? FindLineEnd(ReadOnlySpan<char> text, int from) => text[from..].IndexOfAny('\r', '\n') is var end and >= 0
        ? from + end + (text[(from + end)..] is ['\r', '\n', ..] ? 2 : 1)
        : null;

    private CsvParser CreateParser() => new(_reader, _configuration, leaveOpen: true);
}
