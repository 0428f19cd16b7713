using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Files;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;

namespace StreamBert.Cli.Commands;

/// <summary><c>classify</c>: texts from arguments, a file or stdin → one JSON line each, in order, in constant memory.</summary>
internal static class ClassifyCommand
{
    private const int BatchTexts = 64;
    private const int BatchTokens = 8192;

    private static readonly Option<string> Model = new("--model", "-m")
    {
        Description = "Directory of the model package; default: the model that ships.",
        DefaultValueFactory = static _ => DefaultModel.Directory,
    };

    private static readonly TextInput Input = new("classify");
    private static readonly ComputeInput Compute = new();
    private static readonly Option<bool> Logits = new("--logits")
    {
        Description = "Also print token ids and every head's raw outputs: a row of them a token for a head that names entities."
    };

    private static readonly Option<string?> Labels = new("--labels")
    {
        Description
            = "Any labels, with commas between, for a model trained on natural-language inference; each costs a pass over the text.",
    };

    private static readonly Option<string?> Template = new("--template")
    {
        Description = "The sentence a label makes in place of {}; default: \"This example is {}.\""
    };
    private static readonly Option<bool> MultiLabel = new("--multi-label")
    {
        Description = "With --labels: several labels may apply to a text."
    };

    public static Command Create()
    {
        var command = new Command("classify", "Classify texts: one JSON line each, in order, with every head's label and scores.")
        {
            Model, Logits, Labels, Template, MultiLabel,
        };
        Compute.AddTo(command);
        Input.AddTo(command);
        command.SetAction(static (parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var input = Input.Open(parsed);
        using var model = Load(parsed);
        using var output = Terminal.OpenOutput();
        return TextInput.Report(Write(input, model, parsed.GetValue(Logits), output, cancellation));
    }

    /// <returns>The number of lines that could not be read; each is answered with its error.</returns>
    internal static long Write(
        IEnumerable<TextLine> lines,
        TextClassifier model,
        bool logits,
        TextWriter output,
        CancellationToken cancellation)
    {
        var unreadable = 0L;
        foreach (var batch in Batches(lines, model))
        {
            cancellation.ThrowIfCancellationRequested();
            unreadable += Write(model, batch, logits, output);
        }
        output.Flush();
        return unreadable;
    }

    private static TextClassifier Load(ParseResult parsed)
    {
        var directory = DefaultModel.Checked(parsed.GetValue(Model)!);
        var (labels, template, multiLabel, compute) = (parsed.GetValue(Labels), parsed.GetValue(Template), parsed.GetValue(
            MultiLabel), Compute.Read(parsed));
        if (labels is not null)
        {
            return TextClassifier.LoadZeroShot(
                directory,
                labels.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                template,
                multiLabel,
                compute);
        }

        return template is null && !multiLabel
            ? TextClassifier.Load(directory, compute)
            : throw new CliException("--template and --multi-label need --labels \"a,b,c\": the labels to choose from.");
    }

    /// <summary>Lines with their tokens, as many together as one forward pass takes well.</summary>
    private static IEnumerable<List<(TextLine Line, EncodedText? Encoded)>> Batches(IEnumerable<TextLine> lines, TextClassifier model)
    {
        var batch = new List<(TextLine, EncodedText?)>();
        var tokens = 0;
        foreach (var line in lines)
        {
            var encoded = line.Text is { } text ? model.Encode(text) : null;
            batch.Add((line, encoded));
            tokens += encoded?.Length ?? 0;
            if (batch.Count < BatchTexts && tokens < BatchTokens)
                continue;
            yield return batch;
            (batch, tokens) = ([], 0);
        }
        if (batch.Count > 0)
            yield return batch;
    }

    private static long Write(TextClassifier model, List<(TextLine Line, EncodedText? Encoded)> batch, bool logits, TextWriter output)
    {
        var texts = batch.Select(static item => item.Encoded).OfType<EncodedText>().ToList();
        var answers = texts.Count > 0 ? model.Classify(texts) : [];
        var next = 0;
        foreach (var (line, encoded) in batch)
        {
            output.WriteLine(JsonSerializer.Serialize(
                encoded is not null
                    ? Line(model, line.Text!, encoded, answers[next++], logits) with { Note = line.Note }
                    : new ClassifiedLine { Line = line.Number, Error = line.Error },
                ClassifyContext.Readable.ClassifiedLine));
        }

        return batch.Count - texts.Count;
    }

    private static ClassifiedLine Line(TextClassifier model, string text, EncodedText encoded, ClassifiedText answer, bool logits) => new()
    {
        Text = text,
        Heads = answer.Heads,
        Entities = answer.Entities?.Select(entity => entity.WithText(text)).ToList(),
        Tokens = encoded.Length,
        Truncated = encoded.IsTruncated,
        Ids = logits ? encoded.Ids : null,
        Logits = logits ? model.Heads.ToDictionary(static head => head.Name, head => Rows(head, answer.Logits[head.Name])) : null,
    };

    private static JsonNode Rows(HeadInfo head, float[] logits) => head.Task == HeadTask.Tokens
        ? new JsonArray([.. logits.Chunk(head.Labels.Count).Select(Numbers)])
        : Numbers(logits);

    private static JsonArray Numbers(float[] values) => new([.. values.Select(static value => (JsonNode?)JsonValue.Create(value))]);
}

/// <summary>What <c>classify</c> prints for a text; <see cref="Line"/> and <see cref="Error"/> only for one that cannot be read.</summary>
internal sealed record ClassifiedLine
{
    public long? Line { get; init; }
    public string? Error { get; init; }

    /// <summary>What was read differently from how it is written.</summary>
    public string? Note { get; init; }
    public string? Text { get; init; }
    public IReadOnlyDictionary<string, HeadPrediction>? Heads { get; init; }
    public IReadOnlyList<Entity>? Entities { get; init; }
    public int? Tokens { get; init; }
    public bool? Truncated { get; init; }

    /// <summary>With <c>--logits</c>: the token ids.</summary>
    public IReadOnlyList<int>? Ids { get; init; }

    /// <summary>
    /// With <c>--logits</c>: each head's raw outputs, a number a label; for a head that reads every token a row of them a token.
    /// </summary>
    public IReadOnlyDictionary<string, JsonNode>? Logits { get; init; }
}

[JsonSerializable(typeof(ClassifiedLine))]
internal sealed partial class ClassifyContext : JsonSerializerContext
{
    /// <summary>Keeps non-ASCII text readable.</summary>
    public static ClassifyContext Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
