using System.Buffers;
using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Model.Tokenization;

namespace StreamBert.Cli.Commands.Texts;

/// <summary>Tokenizes lines and writes one JSON line for each, in order and without allocating per line.</summary>
internal sealed class LineTokenizer(TextTokenizer tokenizer, int maxTokens, Stream output)
{
    private readonly TokenBuffer _tokens = new();

    /// <returns>The number of lines that could not be read; each has an output line with its error.</returns>
    public long Run(IEnumerable<TextLine> lines, CancellationToken cancellation)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes); // escapes all non-ASCII characters
        var unreadable = 0L;
        foreach (var line in lines)
        {
            cancellation.ThrowIfCancellationRequested();
            if (line.Text is null)
                unreadable++;
            Write(json, line);
            json.Flush();
            bytes.Write("\n"u8);
            output.Write(bytes.WrittenSpan);
            bytes.ResetWrittenCount();
            json.Reset();
        }
        output.Flush();
        return unreadable;
    }

    private void Write(Utf8JsonWriter json, TextLine line)
    {
        json.WriteStartObject();
        if (line.Text is { } text)
        {
            tokenizer.Encode(text, maxTokens, _tokens);
            WriteTokens(json, line.Note);
        }
        else
        {
            json.WriteNumber("line", line.Number);
            json.WriteString("error", line.Error);
        }
        json.WriteEndObject();
    }

    private void WriteTokens(Utf8JsonWriter json, string? note)
    {
        json.WriteStartArray("ids");
        foreach (var id in _tokens.Ids)
            json.WriteNumberValue(id);
        json.WriteEndArray();
        json.WriteStartArray("offsets");
        foreach (var (start, end) in _tokens.Offsets)
        {
            json.WriteStartArray();
            json.WriteNumberValue(start);
            json.WriteNumberValue(end);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteBoolean("truncated", _tokens.IsTruncated);
        if (note is not null)
            json.WriteString("note", note);
    }
}
