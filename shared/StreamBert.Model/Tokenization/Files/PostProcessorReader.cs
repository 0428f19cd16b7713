using System.Text.Json;

namespace StreamBert.Model.Tokenization.Files;

/// <summary>Reads the <c>post_processor</c> of a <c>tokenizer.json</c>, which adds the special tokens.</summary>
internal sealed class PostProcessorReader(ComponentContext context)
{
    private const string Name = "post_processor";

    /// <summary>Returns the special tokens around texts and pairs of texts; those of other kinds are null.</summary>
    /// <exception cref="ModelPackageException">The component adds other tokens than one before and one behind a text.</exception>
    public SpecialTokens Read(JsonElement? json)
    {
        var specialTokens = context.Flatten(json, Name, "processors").Select(ReadComponent).OfType<SpecialTokens>().ToList();
        if (specialTokens is [var only]) return only;
        var problem = json is null ? "is absent" : specialTokens.Count == 0 ? "adds no special tokens" : "adds special tokens twice";
        throw context.Unsupported(
            $"the post_processor {problem}; supported are BertProcessing, RobertaProcessing and TemplateProcessing, which add a token "
            + "before the text and one behind it");
    }

    /// <returns>Null for a component that changes offsets only.</returns>
    private SpecialTokens? ReadComponent(JsonElement json) => context.GetType(json, Name) switch
    {
        "ByteLevel" => null,
        "BertProcessing" => Create(ReadId(json, "cls"), ReadId(json, "sep"), usesTokenTypes: true),
        "RobertaProcessing" => Create(ReadId(json, "cls"), ReadId(json, "sep"), doubleSeparator: true),
        "TemplateProcessing" => ReadTemplate(json),
        var other => throw context.Unsupported($"the post_processor {other} is not supported"),
    };

    private static SpecialTokens Create(
        int cls, int sep, bool doubleSeparator = false, bool usesTokenTypes = false, bool supportsPairs = true) =>
        new(cls, sep, null, null, null)
        {
            DoubleSeparator = doubleSeparator,
            UsesTokenTypes = usesTokenTypes,
            SupportsPairs = supportsPairs
        };

    private static int ReadId(JsonElement json, string name) => json.GetProperty(name)[1].GetInt32();

    private SpecialTokens ReadTemplate(JsonElement json)
    {
        var single = ReadItems(json, "single");
        if (single is not [{ Id: { } cls, Type: 0 }, { Id: null, Type: 0, Name: "A" }, { Id: { } sep, Type: 0 }])
        {
            throw context.Unsupported(
                $"the post_processor TemplateProcessing with the single template '{Format(single)}' is not supported; one special token "
                + "before and one behind the text, all of type 0, is");
        }

        return ReadItems(json, "pair") switch
        {
            [{ Type: 0 } a, { Name: "A", Type: 0 }, { Type: 0 } b, { Name: "B", Type: 1 }, { Type: 1 } c]
                when (a.Id, b.Id, c.Id) == (cls, sep, sep) => Create(cls, sep, usesTokenTypes: true),
            [{ Type: 0 } a, { Name: "A", Type: 0 }, { Type: 0 } b, { Type: 0 } c, { Name: "B", Type: 0 }, { Type: 0 } d]
                when (a.Id, b.Id, c.Id, d.Id) == (cls, sep, sep, sep) => Create(cls, sep, doubleSeparator: true),
            [{ Type: 0 } a, { Name: "A", Type: 0 }, { Type: 0 } b, { Name: "B", Type: 0 }, { Type: 0 } c]
                when (a.Id, b.Id, c.Id) == (cls, sep, sep) => Create(cls, sep),
            _ => Create(cls, sep, supportsPairs: false),
        };
    }

    private List<TemplateItem> ReadItems(JsonElement json, string template)
    {
        var items = json.Find(template) ?? throw context.Unsupported($"the post_processor TemplateProcessing has no {template} template");
        return [.. items.EnumerateArray().Select(item => ReadItem(json, item))];
    }

    private TemplateItem ReadItem(JsonElement json, JsonElement item)
    {
        if (item.Find("Sequence") is { } sequence) return new TemplateItem(sequence.FindText("id"), null, ReadType(sequence));
        if (item.Find("SpecialToken") is not { } special)
            throw context.Unsupported("the post_processor TemplateProcessing holds an item that is neither Sequence nor SpecialToken");
        var name = special.FindText("id") ?? "";
        var ids = json.GetProperty("special_tokens").GetProperty(name).GetProperty("ids");
        return ids.GetArrayLength() == 1
            ? new TemplateItem(name, ids[0].GetInt32(), ReadType(special))
            : throw context.Unsupported(
                $"the post_processor TemplateProcessing, whose token {name} has {ids.GetArrayLength()} ids, is not supported; one id is");
    }

    private static int ReadType(JsonElement item) => item.Find("type_id")?.GetInt32() ?? 0;

    private static string Format(List<TemplateItem> items) =>
        string.Join(' ', items.Select(static item => $"{(item.Id is null ? "$" : "")}{item.Name}:{item.Type}"));

    /// <param name="Name">A or B for a text, or the name of a special token.</param>
    /// <param name="Id">The id of a special token; null for a text.</param>
    private sealed record TemplateItem(string? Name, int? Id, int Type);
}
