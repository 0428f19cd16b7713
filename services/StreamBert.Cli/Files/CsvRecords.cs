using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace StreamBert.Cli.Files;

/// <summary>A record of a separated file, in Latin-1.</summary>
/// <param name="Line">The line it begins on, from 1.</param>
/// <param name="Fault">Why it is none, in words; its fields are empty then.</param>
internal sealed record CsvRecord(long Line, string Raw, string[] Fields, string? Fault = null);

/// <summary>
/// Records by RFC 4180. A quote within a field that does not begin with one is itself. A field that begins with a quote must end with one:
/// where it does not,
/// only the lines up to it are at fault, and reading goes on with the next line, so that a quote somebody forgot does not swallow the rows
/// after it.
/// </summary>
internal sealed class CsvRecords : IDisposable
{
    /// <summary>More mean that it is no table of texts: such a record has that many fields, and they are empty.</summary>
    public const int MaxColumns = 1_000;

    /// <summary>A longer field means that a quote was never closed.</summary>
    private const int MaxFieldChars = 32 * 1024 * 1024;
    private const string NeverClosed = "a quote that opens a field is never closed";
    private const string TextAfterQuote = "text follows the quote that closes a field; a quote within a quoted field is written twice";

    private readonly CsvConfiguration _strict;
    private readonly RewindableReader _text;
    private CsvParser _parser;
    private string? _bad;
    private long _line = 1;

    public CsvRecords(Stream content, char separator)
    {
        _strict = new(CultureInfo.InvariantCulture)
        {
            Mode = CsvMode.RFC4180,
            Delimiter = separator.ToString(),
            BadDataFound = bad => _bad = bad.Field,
            MaxFieldSize = MaxFieldChars,
            IgnoreBlankLines = true,
        };
        _text = new(content);
        _parser = NewParser();
    }

    public IEnumerable<CsvRecord> Read()
    {
        while (Next() is { } record)
            yield return record;
    }

    public void Dispose()
    {
        _parser.Dispose();
        _text.Dispose();
    }

    private CsvRecord? Next()
    {
        try
        {
            if (!_parser.Read())
                return null;
        }
        catch (MaxFieldSizeException)
        {
            PassBlankLines();
            return RestartAfter(EndOfLine(_text.Kept, 0)
                ?? throw new InvalidDataException($"line {_line} is longer than {MaxFieldChars / (1024 * 1024)} MiB."), NeverClosed);
        }
        PassBlankLines();
        return Fields() is { } fields ? Pass(_parser.RawRecord.Length, fields, null) : Faulty(_parser.RawRecord, _bad!);
    }

    /// <returns>Null where a field begins with a quote and does not end with it; it is <see cref="_bad"/> then.</returns>
    private string[]? Fields()
    {
        var fields = new string[_parser.Count];
        for (var at = 0; at < fields.Length && fields.Length <= MaxColumns; at++)
        {
            _bad = null;
            fields[at] = _parser[at];
            if (_bad is ['"', ..])
                return null;
            fields[at] = _bad ?? fields[at];
        }
        return fields;
    }

    /// <summary>
    /// A quote inside the field is a closing one with text after it; or, where it stands on a later line and looks like one that opens a
    /// field or a word,
    /// the sign that the field's own was never closed.
    /// </summary>
    private CsvRecord Faulty(string raw, string field)
    {
        var quote = 1;
        while ((quote = field.IndexOf('"', quote)) >= 0 && quote + 1 < field.Length && field[quote + 1] == '"')
            quote += 2;
        var isClosed = quote > 0 && (EndOfLine(field, 0) is not { } end || end > quote || !Opens(field[quote - 1]));
        return isClosed ? Pass(raw.Length, [], TextAfterQuote)
            : RestartAfter(EndOfLine(raw, raw.IndexOf(field, StringComparison.Ordinal)) ?? raw.Length, NeverClosed);
    }

    private bool Opens(char before) => before is ' ' or '(' or '[' or '\r' or '\n' || before == _strict.Delimiter[0];

    private CsvRecord RestartAfter(int length, string fault)
    {
        var record = Pass(length, [], fault);
        _text.Rewind();
        _parser.Dispose();
        _parser = NewParser();
        return record;
    }

    private void PassBlankLines() => Pass(_text.Kept.Length - _text.Kept.TrimStart("\r\n").Length);

    private CsvRecord Pass(int length, string[] fields, string? fault)
    {
        var record = new CsvRecord(_line, _text.Kept[..length].TrimEnd("\r\n").ToString(), fields, fault);
        Pass(length);
        return record;
    }

    private void Pass(int length)
    {
        var passed = _text.Kept[..length];
        for (var end = 0; end < length && EndOfLine(passed, end) is { } next; end = next)
            _line++;
        _text.Pass(length);
    }

    /// <summary>The place after the line end that follows; null if none does.</summary>
    private static int? EndOfLine(ReadOnlySpan<char> text, int from) => text[from..].IndexOfAny('\r', '\n') is var end and >= 0
        ? from + end + (text[(from + end)..] is ['\r', '\n', ..] ? 2 : 1)
        : null;

    private CsvParser NewParser() => new(_text, _strict, leaveOpen: true);
}
