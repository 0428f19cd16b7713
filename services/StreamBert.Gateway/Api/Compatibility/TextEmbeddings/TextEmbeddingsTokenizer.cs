using System.ComponentModel;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Interactive;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Api.Compatibility.TextEmbeddings;

internal sealed record TokenizeRequest
{
    [Description("A text or an array of texts.")]
    public required JsonElement Inputs { get; init; }

    [JsonPropertyName("add_special_tokens"), Description("`true` (default): with the special tokens of the model.")]
    public bool? AddSpecialTokens { get; init; }

    [JsonPropertyName("prompt_name"), Description("Not supported: the models have no prompts.")]
    public string? PromptName { get; init; }
}

/// <param name="Start">The first byte in the UTF-8 of the text; null for a special token.</param>
internal sealed record SimpleToken(
    int Id, string Text, bool Special,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Start,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Stop);

/// <summary>Serves <c>/tokenize</c> for the configured pipeline.</summary>
internal sealed class TextEmbeddingsTokenizer(TokenizationClient client, PipelineCatalog pipelines, IOptions<GatewayOptions> options)
{
    public async Task<IReadOnlyList<IReadOnlyList<SimpleToken>>> TokenizeAsync(TokenizeRequest request, CancellationToken cancellation)
    {
        if (request.PromptName is { } prompt)
            throw ApiException.Invalid($"prompt_name is '{prompt}', but the models have no prompts; leave it out.");
        var texts = Texts(request.Inputs);
        if (texts.Count > options.Value.MaxClassifyTexts) throw TextEmbeddingsErrors.BatchSize(texts.Count, options.Value.MaxClassifyTexts);
        var pipeline = options.Value.Compatibility.Resolve(pipelines).Pipeline;
        try
        {
            return [.. (await client.TokenizeAsync(pipeline, texts, request.AddSpecialTokens ?? true, cancellation)).Select(Tokens)];
        }
        catch (TextTooLargeException e)
        {
            throw ApiException.Invalid(e.Message);
        }
    }

    private static IReadOnlyList<string> Texts(JsonElement inputs) => inputs.ValueKind switch
    {
        JsonValueKind.Undefined => throw ApiException.Invalid("inputs is missing."),
        JsonValueKind.String => [NotEmpty(RequestItemParser.ReadString(inputs, "inputs"))],
        JsonValueKind.Array when inputs.GetArrayLength() == 0 => throw TextEmbeddingsErrors.Empty("inputs"),
        JsonValueKind.Array => [.. inputs.EnumerateArray()
            .Select(static (text, index) => NotEmpty(RequestItemParser.ReadString(text, $"inputs[{index}]")))],
        _ => throw ApiException.Invalid("inputs must be a text or an array of texts."),
    };

    private static string NotEmpty(string text) => text.Length > 0 ? text : throw TextEmbeddingsErrors.Empty("inputs");

    private static IReadOnlyList<SimpleToken> Tokens(TokenizedText text)
    {
        var bytes = BytePositions(text.Text);
        return [.. text.Tokens.Select(token => token.Special is { } special
            ? new SimpleToken(token.Id, special, true, null, null)
            : new SimpleToken(token.Id, text.Text[token.Start..token.End], false, bytes[token.Start], bytes[token.End]))];
    }

    /// <summary>Maps each UTF-16 position of a text to its position in UTF-8, in which Text Embeddings Inference counts.</summary>
    private static int[] BytePositions(string text)
    {
        var positions = new int[text.Length + 1];
        var (at, bytes) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            positions[at] = bytes;
            if (rune.Utf16SequenceLength > 1) positions[at + 1] = bytes;
            (at, bytes) = (at + rune.Utf16SequenceLength, bytes + rune.Utf8SequenceLength);
        }
        positions[at] = bytes;
        return positions;
    }
}
