using System.Text.Json;

namespace StreamBert.Model.Tokenization;

/// <summary>How special tokens frame a text, or a pair of texts.</summary>
internal sealed record TextFrame(int Cls, int Sep)
{
    /// <summary>Two separators between the texts of a pair.</summary>
    public bool DoubleSeparator { get; init; }

    /// <summary>The second text of a pair is of another token type.</summary>
    public bool TypesPairs { get; init; }

    /// <summary>False: the template has no such frame for pairs.</summary>
    public bool FramesPairs { get; init; } = true;
}

/// <summary>The <c>post_processor</c> of a <c>tokenizer.json</c>.</summary>
internal sealed class PostProcessorJson(TokenizerComponents components)
{
    /// <exception cref="ModelPackageException">It frames a text otherwise than by one token before and one behind it.</exception>
    public TextFrame Read(JsonElement? json)
    {
        var frames = components.Parts(json, "post_processor", "processors").Select(Frame).OfType<TextFrame>().ToList();
        return frames.Count == 1 ? frames[0] : throw components.Unsupported(
            $"the post_processor {(json is null ? "is absent" : frames.Count == 0 ? "adds no special tokens" : "frames texts twice")}; one that puts a token before the text and one behind it is supported (BertProcessing, RobertaProcessing, TemplateProcessing)");
    }

    /// <summary>Null for one that moves offsets alone.</summary>
    private TextFrame? Frame(JsonElement json) => components.TypeOf(json, "post_processor") switch
    {
        "ByteLevel" => null,
        "BertProcessing" => new TextFrame(Id(json, "cls"), Id(json, "sep")) { TypesPairs = true },
        "RobertaProcessing" => new TextFrame(Id(json, "cls"), Id(json, "sep")) { DoubleSeparator = true },
        "TemplateProcessing" => Template(json),
        var other => throw components.Unsupported($"the post_processor {other} is not supported"),
    };

    private static int Id(JsonElement json, string name) => json.GetProperty(name)[1].GetInt32();

    private TextFrame Template(JsonElement json)
    {
        var single = Items(json, "single");
        if (single is not [{ Id: { } cls, Type: 0 }, { Id: null, Type: 0, Sequence: "A" }, { Id: { } sep, Type: 0 }])
            throw components.Unsupported($"the post_processor TemplateProcessing with the single template '{Show(single)}' is not supported; one special token before and one behind the text, all of type 0, are");
        return Items(json, "pair") switch
        {
            [{ Type: 0 } a, { Sequence: "A", Type: 0 }, { Type: 0 } b, { Sequence: "B", Type: 1 }, { Type: 1 } c] when (a.Id, b.Id, c
                .Id) == (cls, sep, sep) =>
                new TextFrame(cls, sep) { TypesPairs = true },
            [{ Type: 0 } a, { Sequence: "A", Type: 0 }, { Type: 0 } b, { Type: 0 } c, { Sequence: "B", Type: 0 }, { Type: 0 } d] when (a
                .Id, b.Id, c.Id, d.Id) == (cls, sep, sep, sep) =>
                new TextFrame(cls, sep) { DoubleSeparator = true },
            [{ Type: 0 } a, { Sequence: "A", Type: 0 }, { Type: 0 } b, { Sequence: "B", Type: 0 }, { Type: 0 } c] when (a.Id, b.Id, c
                .Id) == (cls, sep, sep) => new TextFrame(cls, sep),
            _ => new TextFrame(cls, sep) { FramesPairs = false },
        };
    }

    private List<TemplateItem> Items(JsonElement json, string name) =>
        [.. (TokenizerFile.Property(json, name) ?? throw components.Unsupported(
            $"the post_processor TemplateProcessing has no {name} template")).EnumerateArray().Select(item => Item(json, item))];

    private TemplateItem Item(JsonElement json, JsonElement item)
    {
        if (TokenizerFile
            .Property(item, "Sequence") is { } sequence)
        {
            return new TemplateItem(TokenizerFile.Text(sequence, "id"), null, Type(sequence));
        }

        if (TokenizerFile.Property(item, "SpecialToken") is not { } special)
        {
            throw components.Unsupported(
            "the post_processor TemplateProcessing holds an item that is neither Sequence nor SpecialToken");
        }

        var name = TokenizerFile.Text(special, "id") ?? "";
        var ids = json.GetProperty("special_tokens").GetProperty(name).GetProperty("ids");
        return ids.GetArrayLength() == 1
            ? new TemplateItem(name, ids[0].GetInt32(), Type(special))
            : throw components.Unsupported(
                $"the post_processor TemplateProcessing, whose token {name} is {ids.GetArrayLength()} ids, is not supported; one id is");
    }

    private static int Type(JsonElement item) => TokenizerFile.Property(item, "type_id")?.GetInt32() ?? 0;

    private static string Show(List<TemplateItem> items)
        => string.Join(' ', items.Select(static item => $"{(item.Id is null ? "$" : "")}{item.Sequence}:{item.Type}"));

    /// <param name="Sequence">A or B, or the name of a special token.</param>
    /// <param name="Id">Null for a text.</param>
    private sealed record TemplateItem(string? Sequence, int? Id, int Type);
}
