using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Files;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Files;

namespace StreamBert.Cli.Commands;

/// <summary>
/// <c>tokenize</c>: texts → the tokens a model reads, one JSON line each, in order, in constant memory; the weights are not loaded.
/// </summary>
internal static class TokenizeCommand
{
    private static readonly Option<string> Model = new("--model", "-m")
    {
        Description = "Directory of the model package; default: the model that ships.",
        DefaultValueFactory = static _ => DefaultModel.Directory,
    };

    private static readonly TextInput Input = new("tokenize");

    public static Command Create()
    {
        var command = new Command(
            "tokenize",
            "Show how a model reads texts: one JSON line each, with token ids and their UTF-16 positions in the text.")
        {
            Model,
        };
        Input.AddTo(command);
        command.SetAction(static (parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var lines = Input.Open(parsed);
        var directory = DefaultModel.Checked(parsed.GetValue(Model)!);
        var manifest = ModelPackage.ReadManifest(directory);
        var tokenizer = TokenizerLoader.Load(directory, manifest.Lowercase, manifest.CollapseUrls);
        using var output = Terminal.OpenAscii();
        return TextInput.Report(Write(lines, tokenizer, manifest.MaxTokens, output, cancellation));
    }

    /// <returns>The number of lines that could not be read; each is answered with its error.</returns>
    internal static long Write(
        IEnumerable<TextLine> lines,
        TextTokenizer tokenizer,
        int maxTokens,
        Stream output,
        CancellationToken cancellation)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes); // escapes all but ASCII
        var tokens = new TokenBuffer();
        var unreadable = 0L;
        foreach (var line in lines)
        {
            cancellation.ThrowIfCancellationRequested();
            if (line.Text is { } text)
            {
                tokenizer.Encode(text, maxTokens, tokens);
                Write(json, tokens, line.Note);
            }
            else
            {
                unreadable++;
                Write(json, line);
            }
            json.Flush();
            bytes.Write("\n"u8);
            output.Write(bytes.WrittenSpan);
            bytes.ResetWrittenCount();
            json.Reset();
        }
        output.Flush();
        return unreadable;
    }

    private static void Write(Utf8JsonWriter json, TokenBuffer tokens, string? note)
    {
        json.WriteStartObject();
        json.WriteStartArray("ids");
        foreach (var id in tokens.Ids)
            json.WriteNumberValue(id);
        json.WriteEndArray();
        json.WriteStartArray("offsets");
        foreach (var (start, end) in tokens.Offsets)
        {
            json.WriteStartArray();
            json.WriteNumberValue(start);
            json.WriteNumberValue(end);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteBoolean("truncated", tokens.IsTruncated);
        if (note is not null)
            json.WriteString("note", note);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TextLine line)
    {
        json.WriteStartObject();
        json.WriteNumber("line", line.Number);
        json.WriteString("error", line.Error);
        json.WriteEndObject();
    }
}
